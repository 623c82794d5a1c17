package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;

/**
 * Keeps the history: creates the partitions of the days ahead, drops those whose
 * retention is over, removes jobs that are too many. None of it waits for a reader or
 * makes a claim wait.
 */
final class History {

	private static final List<JobState> FINISHED = List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);

	private static final int DAYS_AHEAD = 3;

	private static final String PREPARE = "select @.job_prepare_history_v1(?)";

	private static final String DROP = "select @.job_drop_history_v1(?, ?, ?)";

	private static final String SURPLUS = "select @.job_history_surplus_v1(?, ?)";

	private static final String TRIM = "select * from @.job_trim_history_v1(?, ?, ?, ?)";

	/** Jobs that are removed in one transaction. */
	private static final int BATCH = 10_000;

	private static final Duration TRIM_TIMEOUT = Duration.ofMinutes(1);

	private static final String FORGET_CANCELLATIONS = """
			delete from @.job_cancel c
			where c.requested_at < now() - interval '1 minute' and not exists (select 1 from @.job j where j.id = c.job_id)""";

	private static final String FORGET_BUCKETS = "delete from @.job_bucket b where b.full_at < now()";

	private static final String FORGET_WAITS = "delete from @.job_await a where a.expires_at < now()";

	private final OwnConnection connection;

	private final DataSource source;

	private final PostgresOptions options;

	private final UniqueKeys keys;

	/**
	 * Create a history.
	 * @param connection for what takes no time
	 * @param source where to get one for the rest, which must not keep an exchange
	 * waiting
	 * @param options the settings
	 */
	History(OwnConnection connection, DataSource source, PostgresOptions options) {
		this.connection = connection;
		this.source = source;
		this.options = options;
		this.keys = new UniqueKeys(connection, source, options);
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
		this.connection
			.call((open) -> this.connection.prepare(open, this.options.qualify(FORGET_BUCKETS)).executeUpdate());
		this.keys.forget();
		this.connection
			.call((open) -> this.connection.prepare(open, this.options.qualify(FORGET_WAITS)).executeUpdate());
		long removed = 0;
		for (JobState state : FINISHED) {
			removed += drop(this.connection, state, null);
		}
		List<JobState> limited = FINISHED.stream()
			.filter((state) -> this.options.retention().max(state) < Retention.UNLIMITED)
			.toList();
		if (!limited.isEmpty()) {
			try (OwnConnection own = new OwnConnection(this.source, "removal of finished jobs", TRIM_TIMEOUT)) {
				for (JobState state : limited) {
					removed += trim(own, state, JobStore.PRUNED_AT_ONCE - removed);
				}
			}
		}
		return removed;
	}

	private int drop(OwnConnection connection, JobState state, @Nullable Long surplus) {
		return connection.call((open) -> {
			PreparedStatement statement = connection.prepare(open, this.options.qualify(DROP));
			statement.setString(1, name(state));
			statement.setLong(2, this.options.retention().of(state).toMillis());
			statement.setObject(3, surplus, Types.BIGINT);
			try (ResultSet count = statement.executeQuery()) {
				count.next();
				return count.getInt(1);
			}
		});
	}

	private long trim(OwnConnection own, JobState state, long limit) {
		Long surplus = surplus(own, state);
		if (surplus == null) {
			return 0;
		}
		long removed = drop(own, state, surplus);
		Trimmed last = new Trimmed(BATCH, 0);
		while (last.count() == BATCH && removed < limit) {
			last = trim(own, state, last.lastId(), surplus);
			removed += last.count();
		}
		return removed;
	}

	private @Nullable Long surplus(OwnConnection own, JobState state) {
		return own.<@Nullable Long>call((open) -> {
			PreparedStatement statement = own.prepare(open, this.options.qualify(SURPLUS));
			statement.setString(1, name(state));
			statement.setLong(2, this.options.retention().max(state));
			try (ResultSet id = statement.executeQuery()) {
				id.next();
				return id.getObject(1, Long.class);
			}
		});
	}

	private Trimmed trim(OwnConnection own, JobState state, long after, long surplus) {
		return own.call((open) -> {
			PreparedStatement statement = own.prepare(open, this.options.qualify(TRIM));
			statement.setString(1, name(state));
			statement.setLong(2, after);
			statement.setLong(3, surplus);
			statement.setInt(4, BATCH);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return new Trimmed(row.getInt(1), row.getLong(2));
			}
		});
	}

	private static String name(JobState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * A batch of jobs that were removed.
	 *
	 * @param count how many
	 * @param lastId the greatest of their ids, where the next batch begins, so that it
	 * does not walk over what this one has left in the indexes
	 */
	private record Trimmed(int count, long lastId) {

	}

}
