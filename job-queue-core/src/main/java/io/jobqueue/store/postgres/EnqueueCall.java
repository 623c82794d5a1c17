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

	// The time of the statement, not of a transaction that may have begun long ago. What
	// only some jobs have is left open.
	private static final String INSERT = """
			insert into @.job (created_at, run_at, deadline, timeout_millis, rank, max_attempts, state, queue, handler,
				arguments, headers, backoff%s)
			select statement_timestamp(), j.run_at,
				coalesce(j.deadline_at, j.run_at + j.deadline_millis * interval '1 millisecond'), j.timeout_millis, j.rank, j.max_attempts,
				case when j.run_at > statement_timestamp() then 'scheduled' else %s end,
				j.queue, j.handler, arguments, %s, j.backoff%s
			""";

	private static final String AVAILABLE = "'available'";

	// Jobs with limits wait at their gates, see job_gate.
	private static final String AVAILABLE_OR_PARKED = "case when j.limits is null then 'available' else 'parked' end";

	private static final String HEADERS = "j.headers";

	private static final String INSERT_PLAIN = INSERT.formatted("", AVAILABLE, HEADERS, "");

	// One set of values; what has to be said of the arguments is left open.
	private static final String VALUES = """
			from (select greatest(statement_timestamp(),
			coalesce(?::timestamptz, statement_timestamp() + ?::bigint * interval '1 millisecond')) as run_at,
				?::bigint as timeout_millis, ?::smallint as rank, ?::smallint as max_attempts, ?::text as queue,
				?::text as handler, ?::%s, ?::text as headers, ?::text as backoff, ?::timestamptz as deadline_at,
				?::bigint as deadline_millis) j
			""";

	// What only some jobs have is left open.
	private static final String MANY_VALUES = """
			from (select greatest(statement_timestamp(),
			coalesce(u.at, statement_timestamp() + u.delay * interval '1 millisecond')) as run_at, u.*
				from unnest(?::timestamptz[], ?::bigint[], ?::bigint[], ?::smallint[], ?::smallint[], ?::text[], ?::text[],
					?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[]%s) with ordinality
					as u(at, delay, timeout_millis, rank, max_attempts, queue, handler, arguments, headers, backoff,
						deadline_at, deadline_millis%s, n)) j
			order by j.n
			returning id""";

	private static final String INSERT_ONE = INSERT_PLAIN + VALUES.formatted("text as arguments") + "returning id";

	private static final String INSERT_ALIKE = INSERT_PLAIN + VALUES.formatted("text[] as list") + """
			, unnest(j.list) with ordinality as u(arguments, n)
			order by u.n
			returning id""";

	private static final String INSERT_MANY = INSERT_PLAIN + MANY_VALUES.formatted("", "");

	private static final String INSERT_LIMITED = INSERT.formatted(", limits", AVAILABLE_OR_PARKED, HEADERS,
			", j.limits") + MANY_VALUES.formatted(", ?::text[]", ", limits");

	// Jobs of workflows, with or without limits, whose end is a signal.
	private static final String INSERT_TASKS = INSERT.formatted(", limits, task", AVAILABLE_OR_PARKED, HEADERS,
			", j.limits, j.task") + MANY_VALUES.formatted(", ?::text[], ?::text[]", ", limits, task");

	private static final String INSERT_TASKS_ALIKE = INSERT.formatted(", task", AVAILABLE, "u.headers", ", u.task")
			+ VALUES.formatted("text[] as list") + """
					, unnest(j.list, ?::text[], ?::text[]) with ordinality as u(arguments, headers, task, n)
					order by u.n
					returning id""";

	private final String insertOne;

	private final String insertAlike;

	private final String insertMany;

	private final String insertLimited;

	private final String insertTasks;

	private final String insertTasksAlike;

	EnqueueCall(PostgresOptions options) {
		this.insertOne = options.qualify(INSERT_ONE);
		this.insertAlike = options.qualify(INSERT_ALIKE);
		this.insertMany = options.qualify(INSERT_MANY);
		this.insertLimited = options.qualify(INSERT_LIMITED);
		this.insertTasks = options.qualify(INSERT_TASKS);
		this.insertTasksAlike = options.qualify(INSERT_TASKS_ALIKE);
	}

	List<JobId> execute(Connection connection, List<NewJob> jobs) throws SQLException {
		try (PreparedStatement statement = prepare(connection, jobs)) {
			return SqlQuery.list(statement, (row) -> JobId.of(row.getLong(1)));
		}
	}

	private PreparedStatement prepare(Connection connection, List<NewJob> jobs) throws SQLException {
		NewJob first = jobs.get(0);
		boolean haveLimits = jobs.stream().anyMatch((job) -> job.limits() != null);
		PreparedStatement statement;
		if (jobs.stream().anyMatch((job) -> job.headers().containsKey(TaskRef.HEADER))) {
			Array tasks = SqlArrays.texts(connection,
					SqlArrays.column(jobs, (job) -> job.headers().get(TaskRef.HEADER)));
			if (!haveLimits && jobs.stream().allMatch((job) -> isAlikeButForHeaders(job, first))) {
				statement = connection.prepareStatement(this.insertTasksAlike);
				bind(statement, first);
				statement.setArray(8, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::arguments)));
				statement.setArray(13, headers(connection, jobs));
			}
			else {
				statement = connection.prepareStatement(this.insertTasks);
				bind(connection, statement, jobs);
				statement.setArray(13,
						SqlArrays.texts(connection, SqlArrays.column(jobs, (job) -> LimitJson.write(job.limits()))));
			}
			statement.setArray(14, tasks);
		}
		else if (haveLimits) {
			statement = connection.prepareStatement(this.insertLimited);
			bind(connection, statement, jobs);
			statement.setArray(13,
					SqlArrays.texts(connection, SqlArrays.column(jobs, (job) -> LimitJson.write(job.limits()))));
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
			statement.setArray(8, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::arguments)));
		}
		else {
			statement = connection.prepareStatement(this.insertMany);
			bind(connection, statement, jobs);
		}
		return statement;
	}

	private static boolean isAlike(NewJob job, NewJob other) {
		return isAlikeButForHeaders(job, other) && job.headers().equals(other.headers());
	}

	private static boolean isAlikeButForHeaders(NewJob job, NewJob other) {
		return job.handler().equals(other.handler()) && job.queue().equals(other.queue())
				&& job.priority() == other.priority() && job.maxAttempts() == other.maxAttempts()
				&& Objects.equals(job.delay(), other.delay()) && Objects.equals(job.runAt(), other.runAt())
				&& Objects.equals(job.timeout(), other.timeout()) && Objects.equals(job.backoff(), other.backoff())
				&& Objects.equals(job.deadline(), other.deadline());
	}

	// All but the arguments.
	private void bind(PreparedStatement statement, NewJob job) throws SQLException {
		statement.setObject(1, time(job.runAt()), Types.TIMESTAMP_WITH_TIMEZONE);
		statement.setLong(2, delay(job));
		statement.setObject(3, timeout(job), Types.BIGINT);
		statement.setShort(4, (short) -job.priority());
		statement.setShort(5, (short) job.maxAttempts());
		statement.setString(6, job.queue());
		statement.setString(7, job.handler());
		statement.setString(9, JobHeaders.write(job.headers()));
		statement.setString(10, job.backoff());
		statement.setObject(11, time(deadlineAt(job)), Types.TIMESTAMP_WITH_TIMEZONE);
		statement.setObject(12, deadlineMillis(job), Types.BIGINT);
	}

	private void bind(Connection connection, PreparedStatement statement, List<NewJob> jobs) throws SQLException {
		statement.setArray(1, SqlArrays.times(connection, SqlArrays.column(jobs, NewJob::runAt)));
		statement.setArray(2, SqlArrays.longs(connection, SqlArrays.column(jobs, EnqueueCall::delay)));
		statement.setArray(3, SqlArrays.longs(connection, SqlArrays.column(jobs, EnqueueCall::timeout)));
		statement.setArray(4, SqlArrays.shorts(connection, SqlArrays.column(jobs, (job) -> -job.priority())));
		statement.setArray(5, SqlArrays.shorts(connection, SqlArrays.column(jobs, NewJob::maxAttempts)));
		statement.setArray(6, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::queue)));
		statement.setArray(7, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::handler)));
		statement.setArray(8, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::arguments)));
		statement.setArray(9, headers(connection, jobs));
		statement.setArray(10, SqlArrays.texts(connection, SqlArrays.column(jobs, NewJob::backoff)));
		statement.setArray(11, SqlArrays.times(connection, SqlArrays.column(jobs, EnqueueCall::deadlineAt)));
		statement.setArray(12, SqlArrays.longs(connection, SqlArrays.column(jobs, EnqueueCall::deadlineMillis)));
	}

	private static Array headers(Connection connection, List<NewJob> jobs) throws SQLException {
		return SqlArrays.texts(connection, SqlArrays.column(jobs, (job) -> JobHeaders.write(job.headers())));
	}

	private static @Nullable Instant deadlineAt(NewJob job) {
		JobDeadline deadline = job.deadline();
		return (deadline != null) ? deadline.at() : null;
	}

	private static @Nullable Long deadlineMillis(NewJob job) {
		JobDeadline deadline = job.deadline();
		Duration afterDue = (deadline != null) ? deadline.afterDue() : null;
		return (afterDue != null) ? afterDue.toMillis() : null;
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
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
