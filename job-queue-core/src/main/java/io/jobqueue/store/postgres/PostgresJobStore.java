package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.Assert;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobProgress;
import io.jobqueue.LimitTarget;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobEndings;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Pulse;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.TransactionalSettlement;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.store.internal.AfterCommit;
import io.jobqueue.store.internal.Arrival;
import io.jobqueue.store.internal.Look;

/**
 * The store on PostgreSQL 13 and later.
 * <p>
 * The table {@code job} holds live jobs only. A claim does not touch their rows: it
 * appends one row to {@code job_lease} that lists the ids of the batch, and later claims
 * leave those out. Finishing deletes the row of the job and, unless nothing is to be
 * kept, appends one to {@code job_history}, which is partitioned by state and day. So a
 * job is written once and removed once. Claims of one queue take turns under an advisory
 * lock, which makes them see each other's leases; they are large, so that costs nothing.
 * {@code docs/storage-postgres.md} has the tables, indexes and statements.
 * <p>
 * Enqueue and {@link #admin()} use the connection of the caller's transaction. Everything
 * else uses connections of the store's own: one for exchanges, one for heartbeats, one to
 * listen, and from the first large settlement or wait for a job on one for those. They
 * are kept open.
 *
 * @since 0.1.0
 */
public final class PostgresJobStore implements JobStore, WakeUps, JobEndings, TransactionalSettlement, RecurringStore,
		WorkflowStore, AutoCloseable {

	private static final Duration EXCHANGE_TIMEOUT = Duration.ofSeconds(30);

	private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(4);

	private static final String REGISTER = "insert into @.job_node (name, queues, handlers) values (?, ?, ?) returning id";

	private static final String HEARTBEAT = """
			with beat as (update @.job_node set seen_at = now() where id = ? returning id)
			select b.id, c.job_id from beat b left join (
				@.job_cancel c join @.job_lease l on c.job_id = any (l.job_ids) and l.node = ?) on true""";

	private static final String LOOK = """
			select array(select n.id from @.job_node n where n.seen_at < now() - ?::bigint * interval '1 millisecond'),
				exists (select 1 from @.job_lease l where not exists (select 1 from @.job_node n where n.id = l.node))""";

	private static final String RESCUE = "select * from @.job_rescue_v1(?, ?, ?, ?, ?, ?)";

	private static final String EXPIRE = "select * from @.job_expire_v1(?, ?, ?)";

	private static final String DEREGISTER = """
			with gone as (delete from @.job_node where id = ? returning id)
			select t.queues from (select array(select id from @.job_lease where node = ?) as leases from gone) l,
				@.job_take_back_v1(l.leases, false, 0, '', '', ?) t""";

	private final PostgresOptions options;

	private final CallerConnection caller;

	private final OwnConnection exchanges;

	private final OwnConnection settlements;

	private final OwnConnection heartbeats;

	private final LowWaterMarks marks;

	private final HeldLeases leases = new HeldLeases();

	private final ExchangeCall exchange;

	private final EnqueueCall enqueue;

	private final UniqueEnqueueCall uniqueEnqueue;

	private final MarkCall marking;

	private final TransactionalSuccess success;

	private final Signals signals;

	private final LookCall look;

	private final History history;

	private final PostgresJobAdmin admin;

	private final RecurringDefinitions recurring;

	private final OwnConnection workflowWork;

	private final WorkflowRecords workflows;

	private final PlatformTransactionManager transactionManager;

	/**
	 * Create a store. Nothing is opened or checked before it is used; see
	 * {@link PostgresSchema} for the tables.
	 * @param dataSource what the application uses, usually a pool
	 * @param ownConnections where the store gets the connections that it keeps; best not
	 * the pool, because it keeps them
	 * @param transactionManager the transaction manager of the {@code dataSource}
	 * @param options the settings
	 */
	public PostgresJobStore(DataSource dataSource, DataSource ownConnections,
			PlatformTransactionManager transactionManager, PostgresOptions options) {
		Assert.notNull(dataSource, "'dataSource' must not be null");
		Assert.notNull(ownConnections, "'ownConnections' must not be null");
		Assert.notNull(transactionManager, "'transactionManager' must not be null");
		this.options = options;
		this.transactionManager = transactionManager;
		this.caller = new CallerConnection(dataSource);
		this.exchanges = new OwnConnection(ownConnections, "exchange of jobs", EXCHANGE_TIMEOUT);
		this.settlements = new OwnConnection(ownConnections, "settlement of jobs", EXCHANGE_TIMEOUT);
		this.heartbeats = new OwnConnection(ownConnections, "heartbeat", HEARTBEAT_TIMEOUT);
		this.marks = new LowWaterMarks(options.rewindInterval().toNanos(), System::nanoTime);
		this.signals = new Signals(ownConnections, options, this.exchanges, this.marks);
		this.exchange = new ExchangeCall(this.exchanges, this.settlements, options, this.marks, this.leases,
				this.signals::ended);
		this.enqueue = new EnqueueCall(options);
		this.uniqueEnqueue = new UniqueEnqueueCall(options);
		this.marking = new MarkCall(this.exchanges, options);
		this.success = new TransactionalSuccess(options);
		this.look = new LookCall(this.settlements, options);
		this.history = new History(this.exchanges, ownConnections, options);
		this.admin = new PostgresJobAdmin(this.caller, this.exchanges, options, this.signals);
		this.recurring = new PostgresRecurringDefinitions(this.caller, this.exchanges, this.enqueue, this.signals,
				options);
		this.workflowWork = new OwnConnection(ownConnections, "work on workflows", EXCHANGE_TIMEOUT);
		this.workflows = new PostgresWorkflows(this.caller, this.workflowWork, this.enqueue, this.signals, options);
	}

	@Override
	public List<JobId> enqueue(List<NewJob> jobs) {
		if (jobs.isEmpty()) {
			return List.of();
		}
		if (jobs.stream().anyMatch((job) -> job.unique() != null)) {
			return enqueueUnique(jobs).stream().map(EnqueueResult::id).toList();
		}
		boolean isInTransaction = this.caller.isInTransaction();
		List<JobId> ids = this.caller.call("accept the jobs", (connection) -> this.enqueue.execute(connection, jobs));
		this.signals.enqueued(Arrival.of(jobs), isInTransaction);
		return ids;
	}

	@Override
	public List<EnqueueResult> enqueueUnique(List<NewJob> jobs) {
		boolean isInTransaction = this.caller.isInTransaction();
		List<EnqueueResult> results = this.caller.callReadCommitted("accept the jobs",
				(connection) -> this.uniqueEnqueue.execute(connection, jobs, isInTransaction));
		Map<String, Integer> arrivals = Arrival.of(jobs);
		if (results.stream().allMatch(EnqueueResult::isEnqueued)) {
			this.signals.enqueued(arrivals, isInTransaction);
		}
		else {
			// A job that was changed may lie below the marks.
			this.signals.returned(arrivals, isInTransaction);
		}
		return results;
	}

	@Override
	public Exchange.Result exchange(Exchange exchange) {
		Exchange.Result result = this.exchange.execute(exchange);
		Set<String> returned = exchange.outcomes()
			.stream()
			.filter(Outcome::isBackAtOnce)
			.map((outcome) -> outcome.job().queue())
			.collect(Collectors.toSet());
		this.signals.returned(returned, false);
		if (exchange.outcomes().stream().anyMatch(Outcome::isOfTask)) {
			this.signals.workflowChanged(false);
		}
		return result;
	}

	@Override
	public long register(NodeDescription node) {
		this.signals.know(node.queues());
		return this.heartbeats.call((connection) -> {
			PreparedStatement statement = this.heartbeats.prepare(connection, this.options.qualify(REGISTER));
			statement.setString(1, node.name());
			statement.setArray(2, SqlArrays.texts(connection, node.queues()));
			List<String> handlers = node.handlers();
			statement.setArray(3, (handlers != null) ? SqlArrays.texts(connection, handlers) : null);
			try (ResultSet id = statement.executeQuery()) {
				id.next();
				return id.getLong(1);
			}
		});
	}

	@Override
	public Pulse heartbeat(long node) {
		return this.heartbeats.call((connection) -> {
			PreparedStatement statement = this.heartbeats.prepare(connection, this.options.qualify(HEARTBEAT));
			statement.setLong(1, node);
			statement.setLong(2, node);
			try (ResultSet rows = statement.executeQuery()) {
				return pulse(rows);
			}
		});
	}

	private static Pulse pulse(ResultSet rows) throws SQLException {
		if (!rows.next()) {
			return Pulse.DEAD;
		}
		Set<JobId> cancelled = new HashSet<>();
		do {
			long job = rows.getLong(2);
			if (!rows.wasNull()) {
				cancelled.add(JobId.of(job));
			}
		}
		while (rows.next());
		return new Pulse(true, cancelled);
	}

	@Override
	public boolean mark(long node, Collection<ClaimedJob> jobs, Map<JobId, JobProgress> progress) {
		return this.marking.execute(node, jobs, progress);
	}

	@Override
	public Rescue rescue(Duration silence) {
		return this.exchanges.call((connection) -> {
			PreparedStatement look = this.exchanges.prepare(connection, this.options.qualify(LOOK));
			look.setLong(1, silence.toMillis());
			Look watch = Look.begin(silence);
			try (ResultSet row = look.executeQuery()) {
				row.next();
				Long[] found = (Long[]) row.getArray(1).getArray();
				if (watch.isOutdated() || (found.length == 0 && !row.getBoolean(2))) {
					return Rescue.NONE;
				}
				return rescue(connection, silence, found);
			}
		});
	}

	private Rescue rescue(Connection connection, Duration silence, Long[] found) throws SQLException {
		PreparedStatement statement = this.exchanges.prepare(connection, this.options.qualify(RESCUE));
		statement.setArray(1, SqlArrays.longs(connection, List.of(found)));
		statement.setLong(2, silence.toMillis());
		statement.setInt(3, Rescue.MAX_ABANDONMENTS);
		statement.setString(4, Rescue.ABANDONED);
		statement.setString(5, Rescue.ABANDONED_MESSAGE);
		statement.setBoolean(6, !this.options.retention().cancelled().isZero());
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			Long[] nodes = (Long[]) row.getArray(1).getArray();
			Long[] back = (Long[]) row.getArray(2).getArray();
			Long[] failed = (Long[]) row.getArray(3).getArray();
			this.signals.available(Set.of((String[]) row.getArray(4).getArray()), false);
			if (failed.length > 0) {
				this.signals.someEnded(false);
			}
			return new Rescue(List.of(nodes), back.length, List.of(failed).stream().map(JobId::of).toList());
		}
	}

	@Override
	public void deregister(long node) {
		this.exchanges.call((connection) -> {
			PreparedStatement statement = this.exchanges.prepare(connection, this.options.qualify(DEREGISTER));
			statement.setLong(1, node);
			statement.setLong(2, node);
			statement.setBoolean(3, !this.options.retention().cancelled().isZero());
			try (ResultSet row = statement.executeQuery()) {
				if (row.next()) {
					this.signals.returned(Set.of((String[]) row.getArray(1).getArray()), false);
				}
				return node;
			}
		});
	}

	@Override
	public long prune() {
		return this.history.prune();
	}

	@Override
	public void configure(Map<String, JobLimit> limits) {
		limits.forEach(
				(queue, limit) -> this.admin.setLimit(LimitTarget.queue(queue), limit.isNone() ? null : limit, false));
	}

	@Override
	public JobAdmin admin() {
		return this.admin;
	}

	@Override
	public RecurringDefinitions recurring() {
		return this.recurring;
	}

	@Override
	public WorkflowRecords workflows() {
		return this.workflows;
	}

	@Override
	public Subscription subscribe(Listener listener) {
		return this.signals.subscribe(listener);
	}

	@Override
	public Traffic traffic() {
		return this.signals.traffic();
	}

	@Override
	public PlatformTransactionManager transactionManager() {
		return this.transactionManager;
	}

	@Override
	public void settle(Outcome outcome) {
		Assert.state(this.caller.isInTransaction(), "A transactional settlement needs a transaction");
		boolean isAwaited = this.caller.call("record the success",
				(connection) -> this.success.execute(connection, outcome));
		AfterCommit.run(() -> {
			this.leases.settled(outcome.job());
			if (outcome.isOfTask()) {
				this.signals.workflowChanged(false);
			}
			if (isAwaited) {
				this.signals.ended(Set.of(outcome.job().id()));
			}
		});
	}

	@Override
	public List<ExpiredJob> expire() {
		List<ExpiredJob> expired = this.exchanges.call((connection) -> {
			PreparedStatement statement = this.exchanges.prepare(connection, this.options.qualify(EXPIRE));
			statement.setInt(1, EXPIRED_AT_ONCE);
			statement.setString(2, ExpiredJob.FAILURE.type());
			statement.setString(3, ExpiredJob.FAILURE.message());
			List<ExpiredJob> jobs = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					jobs.add(new ExpiredJob(JobId.of(rows.getLong(1)), rows.getString(2), rows.getString(3),
							rows.getInt(4), rows.getInt(5)));
				}
			}
			return jobs;
		});
		if (!expired.isEmpty()) {
			this.signals.someEnded(false);
			this.signals.workflowChanged(false);
		}
		return expired;
	}

	@Override
	public Ended look(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		return this.look.execute(jobs, fresh, interest);
	}

	/**
	 * Close the store's own connections. Those that are needed afterwards are opened
	 * again.
	 */
	@Override
	public void close() {
		this.signals.close();
		this.exchanges.close();
		this.settlements.close();
		this.heartbeats.close();
		this.workflowWork.close();
	}

	@Override
	public String toString() {
		return "PostgreSQL, schema '" + this.options.schema() + "'";
	}

}
