package io.jobqueue.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowSignal;

/**
 * Reads workflows, tasks and signals.
 */
final class WorkflowRows {

	private WorkflowRows() {
	}

	static StoredWorkflow workflow(ResultSet row) throws SQLException {
		Long timeout = row.getObject(7, Long.class);
		return new StoredWorkflow(row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4), row.getLong(5),
				row.getObject(6, OffsetDateTime.class).toInstant(),
				(timeout != null) ? Duration.ofMillis(timeout) : null, row.getString(8), row.getString(9));
	}

	static StoredTask task(ResultSet row) throws SQLException {
		long job = row.getLong(5);
		return new StoredTask(row.getLong(1), row.getInt(2), row.getString(3),
				StoredTask.Phase.valueOf(row.getString(4)), (job != 0) ? JobId.of(job) : null, row.getString(6),
				row.getString(7));
	}

	/**
	 * Read the signal of a row of a look.
	 */
	static WorkflowSignal signal(ResultSet row) throws SQLException {
		String posted = row.getString(12);
		return new WorkflowSignal(row.getString(3), row.getLong(4),
				(posted != null) ? null : new WorkflowSignal.End(row.getInt(5), JobId.of(row.getLong(6)),
						JobState.valueOf(row.getString(7).toUpperCase(Locale.ROOT)), row.getString(8), row.getString(9),
						row.getString(10), row.getObject(11, OffsetDateTime.class).toInstant()),
				posted);
	}

}
