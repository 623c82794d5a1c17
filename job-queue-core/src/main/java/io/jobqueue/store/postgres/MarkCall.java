package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.store.ClaimedJob;

/**
 * The verb {@code mark}. It uses the connection of the exchanges, because it may wait for
 * a row, which a heartbeat must not.
 */
final class MarkCall {

	private static final String MARK = "select @.job_mark_v1(?, ?, ?)";

	private static final String PROGRESS = """
			update @.job j set progress_percent = p.percent, progress_message = p.message
			from unnest(?::bigint[], ?::smallint[], ?::text[]) as p(id, percent, message)
			where j.id in (select r.id from @.job r where r.id = p.id and r.state = 'running' for update skip locked)
				and p.id in (select unnest(l.job_ids) from @.job_lease l where l.node = ?)""";

	private final OwnConnection connection;

	private final String mark;

	private final String progress;

	MarkCall(OwnConnection connection, PostgresOptions options) {
		this.connection = connection;
		this.mark = options.qualify(MARK);
		this.progress = options.qualify(PROGRESS);
	}

	boolean execute(long node, Collection<ClaimedJob> jobs, Map<JobId, JobProgress> reports) {
		boolean isMarked = jobs.isEmpty() || mark(node, jobs);
		if (!reports.isEmpty()) {
			store(node, reports);
		}
		return isMarked;
	}

	private boolean mark(long node, Collection<ClaimedJob> jobs) {
		List<ClaimedJob> sorted = jobs.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
		return this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, this.mark);
			statement.setLong(1, node);
			statement.setArray(2, SqlArrays.longs(open, sorted.stream().map((job) -> job.id().value()).toList()));
			statement.setArray(3, SqlArrays.longs(open, sorted.stream().map(ClaimedJob::lease).toList()));
			return executeUnlessLocked(statement);
		});
	}

	private static boolean executeUnlessLocked(PreparedStatement statement) throws SQLException {
		try {
			statement.executeQuery().close();
			return true;
		}
		catch (SQLException ex) {
			if (!SqlStates.isLockNotAvailable(ex)) {
				throw ex;
			}
			// Somebody's transaction holds one of the jobs. The leases stay as they are,
			// and are marked the next time.
			return false;
		}
	}

	private void store(long node, Map<JobId, JobProgress> reports) {
		List<Map.Entry<JobId, JobProgress>> sorted = reports.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.toList();
		List<JobProgress> values = sorted.stream().map(Map.Entry::getValue).toList();
		this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, this.progress);
			statement.setArray(1,
					SqlArrays.longs(open, sorted.stream().map((entry) -> entry.getKey().value()).toList()));
			statement.setArray(2, SqlArrays.shorts(open, values.stream().map(JobProgress::percent).toList()));
			statement.setArray(3, SqlArrays.texts(open,
					values.stream().map((report) -> SqlTexts.storable(report.message())).toList()));
			statement.setLong(4, node);
			return statement.executeUpdate();
		});
	}

}
