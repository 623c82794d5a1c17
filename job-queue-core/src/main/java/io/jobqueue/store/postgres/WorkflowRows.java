package io.jobqueue.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
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

	static List<StoredWorkflow> workflows(ResultSet rows) throws SQLException {
		List<StoredWorkflow> workflows = new ArrayList<>();
		while (rows.next()) {
			long timeout = rows.getLong(7);
			workflows.add(new StoredWorkflow(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getBoolean(4),
					rows.getLong(5), rows.getObject(6, OffsetDateTime.class).toInstant(),
					rows.wasNull() ? null : Duration.ofMillis(timeout), rows.getString(8), rows.getString(9)));
		}
		return workflows;
	}

	static List<StoredTask> tasks(ResultSet rows) throws SQLException {
		List<StoredTask> tasks = new ArrayList<>();
		while (rows.next()) {
			long job = rows.getLong(5);
			tasks.add(new StoredTask(rows.getLong(1), rows.getInt(2), rows.getString(3),
					StoredTask.Phase.valueOf(rows.getString(4)), (job != 0) ? JobId.of(job) : null, rows.getString(6),
					rows.getString(7)));
		}
		return tasks;
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
