package io.jobqueue.store.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.serialization.LimitJson;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;

/**
 * The verb {@code enqueue} as one {@code INSERT}, in the transaction of the caller if
 * there is one. It takes no lock, reads nothing, and notifies nobody.
 */
final class EnqueueCall {

	// The time of the statement, not of a transaction that may have begun long ago.
	private static final String INSERT = """
			insert into @.job (created_at, run_at, deadline, timeout_millis, rank, max_attempts, state, queue, handler,
				arguments, headers, backoff)
			select statement_timestamp(), j.run_at,
				coalesce(j.deadline_at, j.run_at + j.deadline_millis * interval '1 millisecond'), j.timeout_millis, j.rank, j.max_attempts,
				case when j.run_at > statement_timestamp() then 'scheduled' else 'available' end,
				j.queue, j.handler, arguments, j.headers, j.backoff
			""";

	// One set of values; what has to be said of the arguments is left open.
	private static final String VALUES = """
			from (select greatest(statement_timestamp(),
			coalesce(?::timestamptz, statement_timestamp() + ?::bigint * interval '1 millisecond')) as run_at,
				?::bigint as timeout_millis, ?::smallint as rank, ?::smallint as max_attempts, ?::text as queue,
				?::text as handler, ?::%s, ?::text as headers, ?::text as backoff, ?::timestamptz as deadline_at,
				?::bigint as deadline_millis) j
			""";

	private static final String INSERT_ONE = INSERT + VALUES.formatted("text as arguments") + "returning id";

	private static final String INSERT_ALIKE = INSERT + VALUES.formatted("text[] as list") + """
			, unnest(j.list) with ordinality as u(arguments, n)
			order by u.n
			returning id""";

	private static final String INSERT_MANY = INSERT
			+ """
					from (select greatest(statement_timestamp(),
					coalesce(u.at, statement_timestamp() + u.delay * interval '1 millisecond')) as run_at, u.*
						from unnest(?::timestamptz[], ?::bigint[], ?::bigint[], ?::smallint[], ?::smallint[], ?::text[], ?::text[],
							?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[]) with ordinality
							as u(at, delay, timeout_millis, rank, max_attempts, queue, handler, arguments, headers, backoff,
								deadline_at, deadline_millis, n)) j
					order by j.n
					returning id""";

	// Jobs with limits wait at their gates, see job_gate.
	private static final String INSERT_LIMITED = INSERT_MANY.replace("headers, backoff)", "headers, backoff, limits)")
		.replace("j.headers, j.backoff", "j.headers, j.backoff, j.limits")
		.replace("else 'available' end", "when j.limits is null then 'available' else 'parked' end")
		.replace("?::bigint[]) with ordinality", "?::bigint[], ?::text[]) with ordinality")
		.replace("deadline_millis, n))", "deadline_millis, limits, n))");

	// Jobs of workflows, with or without limits, whose end is a signal.
	private static final String INSERT_TASKS = INSERT_LIMITED.replace("backoff, limits)", "backoff, limits, task)")
		.replace("j.backoff, j.limits", "j.backoff, j.limits, j.task")
		.replace("?::text[]) with ordinality", "?::text[], ?::text[]) with ordinality")
		.replace("limits, n))", "limits, task, n))");

	private final String insertOne;

	private final String insertAlike;

	private final String insertMany;

	private final String insertLimited;

	private final String insertTasks;

	EnqueueCall(PostgresOptions options) {
		this.insertOne = options.qualify(INSERT_ONE);
		this.insertAlike = options.qualify(INSERT_ALIKE);
		this.insertMany = options.qualify(INSERT_MANY);
		this.insertLimited = options.qualify(INSERT_LIMITED);
		this.insertTasks = options.qualify(INSERT_TASKS);
	}

	List<JobId> execute(Connection connection, List<NewJob> jobs) throws SQLException {
		try (PreparedStatement statement = prepare(connection, jobs)) {
			List<JobId> ids = new ArrayList<>(jobs.size());
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					ids.add(JobId.of(rows.getLong(1)));
				}
			}
			return ids;
		}
	}

	private PreparedStatement prepare(Connection connection, List<NewJob> jobs) throws SQLException {
		NewJob first = jobs.get(0);
		PreparedStatement statement;
		if (jobs.stream().anyMatch((job) -> job.headers().containsKey(TaskRef.HEADER))) {
			statement = connection.prepareStatement(this.insertTasks);
			bind(connection, statement, jobs);
			statement.setArray(13, SqlArrays.texts(connection, column(jobs, (job) -> LimitJson.write(job.limits()))));
			statement.setArray(14,
					SqlArrays.texts(connection, column(jobs, (job) -> job.headers().get(TaskRef.HEADER))));
		}
		else if (jobs.stream().anyMatch((job) -> job.limits() != null)) {
			statement = connection.prepareStatement(this.insertLimited);
			bind(connection, statement, jobs);
			statement.setArray(13, SqlArrays.texts(connection, column(jobs, (job) -> LimitJson.write(job.limits()))));
		}
		else if (jobs.size() == 1) {
			statement = connection.prepareStatement(this.insertOne);
			bind(statement, first);
			statement.setString(8, first.arguments());
		}
		else if (jobs.stream().allMatch((job) -> isAlike(job, first))) {
			// Jobs of one bulk mostly differ in their arguments only: a third less work
			// than all columns as arrays.
			statement = connection.prepareStatement(this.insertAlike);
			bind(statement, first);
			statement.setArray(8, SqlArrays.texts(connection, column(jobs, NewJob::arguments)));
		}
		else {
			statement = connection.prepareStatement(this.insertMany);
			bind(connection, statement, jobs);
		}
		return statement;
	}

	private static boolean isAlike(NewJob job, NewJob other) {
		return job.handler().equals(other.handler()) && job.queue().equals(other.queue())
				&& job.priority() == other.priority() && job.maxAttempts() == other.maxAttempts()
				&& job.headers().equals(other.headers()) && Objects.equals(job.delay(), other.delay())
				&& Objects.equals(job.runAt(), other.runAt()) && Objects.equals(job.timeout(), other.timeout())
				&& Objects.equals(job.backoff(), other.backoff()) && Objects.equals(job.deadline(), other.deadline());
	}

	// All but the arguments.
	private void bind(PreparedStatement statement, NewJob job) throws SQLException {
		statement.setObject(1, at(job), Types.TIMESTAMP_WITH_TIMEZONE);
		statement.setLong(2, delay(job));
		statement.setObject(3, timeout(job), Types.BIGINT);
		statement.setShort(4, (short) -job.priority());
		statement.setShort(5, (short) job.maxAttempts());
		statement.setString(6, job.queue());
		statement.setString(7, job.handler());
		statement.setString(9, JobHeaders.write(job.headers()));
		statement.setString(10, job.backoff());
		statement.setObject(11, deadlineAt(job), Types.TIMESTAMP_WITH_TIMEZONE);
		statement.setObject(12, deadlineMillis(job), Types.BIGINT);
	}

	private void bind(Connection connection, PreparedStatement statement, List<NewJob> jobs) throws SQLException {
		statement.setArray(1, times(connection, jobs, EnqueueCall::at));
		statement.setArray(2, SqlArrays.longs(connection, column(jobs, EnqueueCall::delay)));
		statement.setArray(3, SqlArrays.longs(connection, column(jobs, EnqueueCall::timeout)));
		statement.setArray(4, SqlArrays.shorts(connection, column(jobs, (job) -> -job.priority())));
		statement.setArray(5, SqlArrays.shorts(connection, column(jobs, NewJob::maxAttempts)));
		statement.setArray(6, SqlArrays.texts(connection, column(jobs, NewJob::queue)));
		statement.setArray(7, SqlArrays.texts(connection, column(jobs, NewJob::handler)));
		statement.setArray(8, SqlArrays.texts(connection, column(jobs, NewJob::arguments)));
		statement.setArray(9, SqlArrays.texts(connection, column(jobs, (job) -> JobHeaders.write(job.headers()))));
		statement.setArray(10, SqlArrays.texts(connection, column(jobs, NewJob::backoff)));
		statement.setArray(11, times(connection, jobs, EnqueueCall::deadlineAt));
		statement.setArray(12, SqlArrays.longs(connection, column(jobs, EnqueueCall::deadlineMillis)));
	}

	private static <T extends @Nullable Object> List<T> column(List<NewJob> jobs, Function<NewJob, T> value) {
		List<T> values = new ArrayList<>(jobs.size());
		for (NewJob job : jobs) {
			values.add(value.apply(job));
		}
		return values;
	}

	private static Array times(Connection connection, List<NewJob> jobs,
			Function<NewJob, @Nullable OffsetDateTime> time) throws SQLException {
		return connection.createArrayOf("timestamptz", jobs.stream().map((job) -> {
			OffsetDateTime at = time.apply(job);
			return (at != null) ? at.toString() : null;
		}).toArray(String[]::new));
	}

	private static @Nullable OffsetDateTime deadlineAt(NewJob job) {
		JobDeadline deadline = job.deadline();
		Instant at = (deadline != null) ? deadline.at() : null;
		return (at != null) ? at.atOffset(ZoneOffset.UTC) : null;
	}

	private static @Nullable Long deadlineMillis(NewJob job) {
		JobDeadline deadline = job.deadline();
		Duration afterDue = (deadline != null) ? deadline.afterDue() : null;
		return (afterDue != null) ? afterDue.toMillis() : null;
	}

	private static @Nullable OffsetDateTime at(NewJob job) {
		Instant at = job.runAt();
		return (at != null) ? at.atOffset(ZoneOffset.UTC) : null;
	}

	private static long delay(NewJob job) {
		Duration delay = job.delay();
		return (delay != null) ? delay.toMillis() : 0;
	}

	private static @Nullable Long timeout(NewJob job) {
		Duration timeout = job.timeout();
		return (timeout != null) ? timeout.toMillis() : null;
	}

}
