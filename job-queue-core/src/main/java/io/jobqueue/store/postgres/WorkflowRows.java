package io.jobqueue.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowSignal;

/**
 * Reads workflows, tasks and signals.
 */
final class WorkflowRows {

	private WorkflowRows() {
	}

	static StoredWorkflow workflow(ResultSet row) throws SQLException {
		return workflow(row, "created_at");
	}

	private static StoredWorkflow workflow(ResultSet row, String createdAt) throws SQLException {
		Long timeout = row.getObject("timeout_millis", Long.class);
		return new StoredWorkflow(row.getLong("id"), row.getString("name"), row.getString("state"),
				row.getBoolean("finished"), row.getLong("version"), instant(row, createdAt),
				(timeout != null) ? Duration.ofMillis(timeout) : null, row.getString("content"),
				row.getString("status"));
	}

	static StoredTask task(ResultSet row) throws SQLException {
		return task(row, "phase");
	}

	private static StoredTask task(ResultSet row, String phase) throws SQLException {
		long job = row.getLong("job_id");
		return new StoredTask(row.getLong("workflow_id"), row.getInt("number"), row.getString("name"),
				StoredTask.Phase.valueOf(row.getString(phase)), (job != 0) ? JobId.of(job) : null,
				row.getString("content"), row.getString("status"));
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	/**
	 * Read what {@code job_workflow_look_v1} returns.
	 */
	static WorkflowLook look(ResultSet rows) throws SQLException {
		Instant now = Instant.EPOCH;
		List<WorkflowSignal> signals = new ArrayList<>();
		List<Long> timedOut = new ArrayList<>();
		List<StoredWorkflow> workflows = new ArrayList<>();
		List<StoredTask> tasks = new ArrayList<>();
		while (rows.next()) {
			String kind = rows.getString("kind");
			switch (kind) {
				case "N" -> now = instant(rows, "time");
				case "S" -> signals.add(signal(rows));
				case "O" -> timedOut.add(rows.getLong("id"));
				case "W" -> workflows.add(workflow(rows, "time"));
				case "T" -> tasks.add(task(rows, "state"));
				default -> throw new IllegalStateException("A look at workflows has returned a row '" + kind + "'");
			}
		}
		signals.sort(Comparator.comparing(WorkflowRows::number));
		return new WorkflowLook(now, signals, timedOut, workflows, tasks);
	}

	/**
	 * Return the number of a signal in its table.
	 */
	static Long number(WorkflowSignal signal) {
		return Long.valueOf(signal.position());
	}

	private static WorkflowSignal signal(ResultSet row) throws SQLException {
		String posted = row.getString("posted");
		return new WorkflowSignal(row.getString("id"), row.getLong("workflow_id"),
				(posted != null) ? null : new WorkflowSignal.End(row.getInt("number"), JobId.of(row.getLong("job_id")),
						JobState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getString("result"),
						row.getString("failure_type"), row.getString("failure_message"), instant(row, "time")),
				posted);
	}

}
