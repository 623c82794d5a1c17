package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.jobqueue.JobLeaseLostException;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

/**
 * The success of one job in the transaction of its handler.
 * <p>
 * It does not lock the lease, so that the exchange of the node never waits for a user's
 * transaction. It needs no lock: whoever deletes the row of the job first wins, and the
 * row tells whether it still belongs to the lease, because a rescue counts an abandonment
 * in it. A rescue that commits while this statement waits for the row is therefore seen,
 * too.
 */
final class TransactionalSuccess {

	private static final String SETTLE = """
			with finished as (
				delete from @.job j
				where j.id = ? and j.attempt = ? and j.abandoned = ? and exists (select 1 from @.job_lease l where l.id = ?)
				returning j.*
			), kept as (
				insert into @.job_history (id, created_at, run_at, started_at, finished_at, timeout_millis, node, rank, attempt,
					max_attempts, abandoned, state, queue, handler, arguments, headers, backoff, failures, result, limits)
				select f.id, f.created_at, f.run_at, statement_timestamp() - ? * interval '1 millisecond', statement_timestamp(),
					f.timeout_millis, (select l.node from @.job_lease l where l.id = ?), f.rank, f.attempt + 1, f.max_attempts,
					f.abandoned, 'succeeded', f.queue, f.handler, f.arguments, f.headers, f.backoff, f.failures, ?, f.limits
				from finished f where ? or f.task is not null or exists (select 1 from @.job_await a where a.job_id = f.id)
			)
			select count(*), (select count(*) from @.job_await a where a.job_id in (select f.id from finished f))
			from finished""";

	private final String sql;

	private final boolean isKept;

	TransactionalSuccess(PostgresOptions options) {
		this.sql = options.qualify(SETTLE);
		this.isKept = !options.retention().succeeded().isZero();
	}

	/**
	 * Record the success.
	 * @return whether somebody waits for the end of the job
	 */
	boolean execute(Connection connection, Outcome outcome) throws SQLException {
		ClaimedJob job = outcome.job();
		try (PreparedStatement statement = connection.prepareStatement(this.sql)) {
			statement.setLong(1, job.id().value());
			statement.setInt(2, job.attempts());
			statement.setInt(3, job.abandonments());
			statement.setLong(4, job.lease());
			statement.setInt(5, OutcomeJson.millis(outcome.elapsed()));
			statement.setLong(6, job.lease());
			statement.setString(7, outcome.result());
			statement.setBoolean(8, this.isKept);
			try (ResultSet count = statement.executeQuery()) {
				count.next();
				if (count.getLong(1) == 0) {
					throw new JobLeaseLostException(job.id(), job.handler(), job.queue());
				}
				return count.getLong(2) > 0;
			}
		}
	}

}
