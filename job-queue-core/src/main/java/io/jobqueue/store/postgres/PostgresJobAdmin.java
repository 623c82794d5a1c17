package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.HeldJob;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobCount;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNames;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.NodeStatus;
import io.jobqueue.QueueStatus;
import io.jobqueue.store.internal.AfterCommit;
import io.jobqueue.store.internal.Explainer;

/**
 * The administration of jobs on PostgreSQL. Where a change would race with a claim it
 * first takes the turn of the queue, except in a transaction of the caller, which would
 * keep the turn until it ends.
 */
final class PostgresJobAdmin implements JobAdmin {

	private final CallerConnection caller;

	private final PostgresOptions options;

	private final AdminStatements sql;

	private final Cancellations cancellations;

	private final Signals signals;

	private final ExplainCall explain;

	PostgresJobAdmin(CallerConnection caller, OwnConnection own, PostgresOptions options, Signals signals) {
		this.caller = caller;
		this.options = options;
		this.sql = new AdminStatements(options);
		this.cancellations = new Cancellations(own, signals, options);
		this.signals = signals;
		this.explain = new ExplainCall(this.sql);
	}

	@Override
	public Optional<JobRecord> find(JobId id) {
		return read("find the job", this.sql.findOne, (statement, connection) -> {
			statement.setLong(1, id.value());
			statement.setLong(2, id.value());
		}, JobRows::read).stream().findFirst();
	}

	@Override
	public JobPage page(JobFilter filter, @Nullable JobId before, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		return this.caller.callReadCommitted("find jobs",
				(connection) -> new JobSearch(this.options, filter, before).page(connection, limit));
	}

	@Override
	public JobCount count(JobFilter filter, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_COUNT,
				() -> "'limit' must be from 1 to " + MAX_COUNT + ", not " + limit);
		return this.caller.callReadCommitted("count jobs",
				(connection) -> new JobSearch(this.options, filter, null).count(connection, limit));
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

	@Override
	public Map<JobState, Long> countByState() {
		Map<JobState, Long> counts = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			counts.put(state, 0L);
		}
		read("count jobs", this.sql.count, SqlQuery.Binder.NONE,
				(row) -> counts.put(JobState.valueOf(row.getString(1).toUpperCase(Locale.ROOT)), row.getLong(2)));
		return counts;
	}

	@Override
	public int retry(Collection<JobId> ids) {
		Set<String> queues = new HashSet<>();
		int changed = change("retry jobs", false, this.sql.retry, ids, null, queues);
		this.signals.returned(queues, this.caller.isInTransaction());
		return changed;
	}

	@Override
	public int delete(Collection<JobId> ids) {
		int changed = change("delete jobs", true, this.sql.delete, ids, null, new HashSet<>());
		if (changed > 0) {
			this.signals.someEnded(this.caller.isInTransaction());
		}
		return changed;
	}

	@Override
	public int reschedule(Collection<JobId> ids, Instant runAt) {
		Set<String> queues = new HashSet<>();
		int changed = change("reschedule jobs", true, this.sql.reschedule, ids, runAt, queues);
		this.signals.returned(queues, this.caller.isInTransaction());
		return changed;
	}

	@Override
	public int move(Collection<JobId> ids, String queue) {
		JobNames.requireValid("queue name", queue);
		List<String> left = read("move jobs", this.sql.move, (statement, connection) -> {
			statement.setArray(1, SqlArrays.longs(connection, ids.stream().map(JobId::value).toList()));
			statement.setString(2, queue);
		}, (row) -> row.getString(1));
		if (!left.isEmpty()) {
			boolean isInTransaction = this.caller.isInTransaction();
			// Their ids may lie below the marks of their new queue.
			this.signals.returned(Set.of(queue), isInTransaction);
			this.signals.available(Set.copyOf(left), isInTransaction);
		}
		return left.size();
	}

	@Override
	public int cancel(Collection<JobId> ids) {
		Set<String> queues = new HashSet<>();
		int changed = change("cancel jobs", false, this.sql.cancel, ids, null, queues);
		if (changed > 0) {
			if (this.caller.isInTransaction()) {
				AfterCommit.run(() -> this.cancellations.apply(queues));
			}
			else {
				this.cancellations.apply(queues);
			}
		}
		return changed;
	}

	@Override
	public void pause(String queue) {
		setPaused(queue, true);
	}

	@Override
	public void resume(String queue) {
		setPaused(queue, false);
		this.signals.available(Set.of(queue), this.caller.isInTransaction());
	}

	private void setPaused(String queue, boolean isPaused) {
		JobNames.requireValid("queue name", queue);
		this.caller.callReadCommitted("pause or resume the queue", (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(this.sql.pause)) {
				statement.setString(1, queue);
				statement.setBoolean(2, isPaused);
				return statement.executeUpdate();
			}
		});
	}

	@Override
	public void limit(LimitTarget target, @Nullable JobLimit limit) {
		setLimit(target, limit, true);
	}

	/**
	 * Set or remove a limit.
	 * @param isByHand whether it goes before what the configuration says
	 */
	void setLimit(LimitTarget target, @Nullable JobLimit limit, boolean isByHand) {
		this.caller.callReadCommitted("set the limit", (connection) -> {
			try (PreparedStatement statement = connection
				.prepareStatement((limit != null) ? this.sql.limit : this.sql.removeLimit)) {
				LimitRows.bind(statement, target, limit, isByHand);
				statement.executeUpdate();
			}
			try (PreparedStatement statement = connection.prepareStatement(this.sql.signalGates)) {
				statement.setString(1, target.queue());
				return statement.executeUpdate();
			}
		});
		this.signals.available(Set.of(target.queue()), this.caller.isInTransaction());
	}

	@Override
	public Map<LimitTarget, JobLimit> limits() {
		Map<LimitTarget, JobLimit> limits = new HashMap<>();
		read("list the limits", this.sql.limits, SqlQuery.Binder.NONE,
				(row) -> limits.put(LimitRows.target(row), LimitRows.limit(row)));
		return limits;
	}

	@Override
	public List<QueueStatus> queues() {
		return read("list the queues", this.sql.queues, SqlQuery.Binder.NONE, JobRows::readQueue);
	}

	@Override
	public List<NodeStatus> nodes() {
		return read("list the nodes", this.sql.nodes, SqlQuery.Binder.NONE, JobRows::readNode);
	}

	@Override
	public List<HeldJob> held(long node, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		return read("list the jobs of the node", this.sql.heldBy, (statement, connection) -> {
			statement.setLong(1, node);
			statement.setInt(2, limit);
		}, JobRows::readHeld);
	}

	@Override
	public JobExplanation explain(JobId id) {
		return Explainer.explain(
				this.caller.callReadCommitted("explain the job", (connection) -> this.explain.run(connection, id)));
	}

	private <T> List<T> read(String what, String query, SqlQuery.Binder binder, SqlQuery.RowReader<T> reader) {
		return this.caller.callReadCommitted(what, (connection) -> SqlQuery.list(connection, query, binder, reader));
	}

	private int change(String what, boolean takesTurn, String statementText, Collection<JobId> ids,
			@Nullable Instant time, Set<String> queues) {
		if (ids.isEmpty()) {
			return 0;
		}
		List<Long> values = ids.stream().map(JobId::value).sorted().distinct().toList();
		SqlWork<Integer> work = (connection) -> change(connection, statementText, values, time, queues);
		if (!takesTurn || this.caller.isInTransaction()) {
			return this.caller.callReadCommitted(what, work);
		}
		return this.caller.callReadCommitted(what, CallerConnection.atomically((connection) -> {
			try (PreparedStatement lock = connection.prepareStatement(this.sql.lockQueues)) {
				lock.setArray(1, SqlArrays.longs(connection, values));
				lock.executeQuery().close();
				return work.apply(connection);
			}
		}));
	}

	private static int change(Connection connection, String statementText, List<Long> ids, @Nullable Instant time,
			Set<String> queues) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(statementText)) {
			statement.setArray(1, SqlArrays.longs(connection, ids));
			if (time != null) {
				statement.setObject(2, time(time));
			}
			List<String> changed = SqlQuery.list(statement, (row) -> row.getString(1));
			queues.addAll(changed);
			return changed.size();
		}
	}

}
