package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Locale;

import io.jobqueue.JobState;

/**
 * Keeps the partitions of the history: creates those of the days ahead, drops those whose
 * retention is over. None of it waits for a reader or makes a claim wait.
 */
final class History {

	private static final List<JobState> FINISHED = List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);

	private static final int DAYS_AHEAD = 3;

	private static final String PREPARE = "select @.job_prepare_history_v1(?)";

	private static final String DROP = "select @.job_drop_history_v1(?, ?)";

	private static final String FORGET_CANCELLATIONS = """
			delete from @.job_cancel c
			where c.requested_at < now() - interval '1 minute' and not exists (select 1 from @.job j where j.id = c.job_id)""";

	private final OwnConnection connection;

	private final PostgresOptions options;

	History(OwnConnection connection, PostgresOptions options) {
		this.connection = connection;
		this.options = options;
	}

	long prune() {
		this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, this.options.qualify(PREPARE));
			statement.setInt(1, DAYS_AHEAD);
			statement.executeQuery().close();
			return DAYS_AHEAD;
		});
		this.connection
			.call((open) -> this.connection.prepare(open, this.options.qualify(FORGET_CANCELLATIONS)).executeUpdate());
		long dropped = 0;
		for (JobState state : FINISHED) {
			dropped += drop(state);
		}
		return dropped;
	}

	private int drop(JobState state) {
		return this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, this.options.qualify(DROP));
			statement.setString(1, state.name().toLowerCase(Locale.ROOT));
			statement.setLong(2, this.options.retention().of(state).toMillis());
			try (ResultSet count = statement.executeQuery()) {
				count.next();
				return count.getInt(1);
			}
		});
	}

}
