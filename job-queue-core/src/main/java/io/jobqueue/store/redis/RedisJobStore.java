package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.Assert;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobProgress;
import io.jobqueue.LimitTarget;
import io.jobqueue.JobStoreException;
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
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.store.internal.AfterCommit;

/**
 * The store on Redis 6.2 and later, and on Valkey: one server, a replicated one, or a
 * cluster.
 * <p>
 * All keys of a queue share a hash tag, so that a queue lives in one slot and the queues
 * of a cluster are spread over its masters. Each verb is one script for each queue that
 * it concerns, and a script is atomic; a verb that concerns several queues is atomic for
 * each of them. A claim takes the first jobs out of the sorted set of those that wait,
 * and notes them in the hash of what its node holds; the end of a job takes it out of
 * there. Each queue knows which nodes may claim from it, so that a node that was declared
 * dead can neither claim nor settle. Nodes are registered under a hash tag of their own.
 * Jobs that are moved from queue to queue keep their ids, which say the queue that they
 * were enqueued in; that one knows where they are. {@code docs/storage-redis.md} has the
 * keys and scripts.
 * <p>
 * What the server has accepted is as durable as it is configured to be.
 * <p>
 * In a transaction of the caller jobs are sent after its commit, or else at once, see
 * {@link RedisOptions#isEnqueueAfterCommit()}. Nothing else takes part in transactions.
 *
 * @since 0.1.0
 */
public final class RedisJobStore
		implements JobStore, WakeUps, JobEndings, RecurringStore, WorkflowStore, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisJobStore.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(4);

	private static final int TAKEN_BACK_AT_ONCE = 2000;

	private final RedisOptions options;

	private final ScriptRunner scripts;

	private final OwnConnection heartbeats;

	private final Registry registry;

	private final Nodes nodes;

	private final EnqueueCall enqueue;

	private final AfterCommit<List<EnqueueCall.Reserved>> committed = new AfterCommit<>(ArrayList::new,
			this::enqueueCommitted);

	private final ExchangeCall exchange;

	private final LookCall look;

	private final Signals signals;

	private final RedisJobAdmin admin;

	private final JobActions actions;

	private final RecurringDefinitions recurring;

	private final WorkflowRecords workflows;

	private final Pruning pruning;

	/**
	 * Create a store. Nothing is opened or checked before it is used.
	 * @param connections where connections come from; heartbeats and wake-ups use
	 * connections of their own with the same settings
	 * @param options the settings
	 */
	public RedisJobStore(LettuceConnectionFactory connections, RedisOptions options) {
		Assert.notNull(connections, "'connections' must not be null");
		Assert.notNull(options, "'options' must not be null");
		this.options = options;
		this.scripts = new ScriptRunner(CommandSource.shared(connections), TIMEOUT);
		this.heartbeats = new OwnConnection(connections);
		this.registry = new Registry(this.scripts, options);
		this.nodes = new Nodes(new ScriptRunner(this.heartbeats, HEARTBEAT_TIMEOUT), options);
		this.enqueue = new EnqueueCall(this.scripts, this.registry, options);
		this.signals = new Signals(connections, this.scripts, options);
		this.exchange = new ExchangeCall(this.scripts, this.registry, this.nodes, options, this.signals::ended);
		this.actions = new JobActions(this.scripts, this.registry, options, this.signals);
		this.look = new LookCall(this.scripts, this.registry, options, this.actions.moved());
		this.admin = new RedisJobAdmin(this.scripts, this.registry, this.nodes, options, this.signals);
		this.recurring = new RedisRecurringDefinitions(this.scripts, this.registry, options, this.signals);
		this.workflows = new RedisWorkflows(this.scripts, this.registry, options, this.signals);
		this.pruning = new Pruning(this.scripts, this.registry, options, this.actions.moved());
	}

	@Override
	public List<JobId> enqueue(List<NewJob> jobs) {
		if (jobs.isEmpty()) {
			return List.of();
		}
		if (jobs.stream().anyMatch((job) -> job.unique() != null)) {
			return enqueueUnique(jobs).stream().map(EnqueueResult::id).toList();
		}
		EnqueueCall.Batch batch = this.enqueue.prepare(jobs);
		if (this.options.isEnqueueAfterCommit() && AfterCommit.isInTransaction()) {
			EnqueueCall.Reserved reserved = this.enqueue.reserve(batch);
			this.committed.gathered().add(reserved);
			return reserved.ids();
		}
		List<JobId> ids = this.enqueue.execute(batch);
		this.signals.enqueued(batch.arrivals());
		return ids;
	}

	@Override
	public List<EnqueueResult> enqueueUnique(List<NewJob> jobs) {
		EnqueueCall.Batch batch = this.enqueue.prepare(jobs);
		if (this.options.isEnqueueAfterCommit() && AfterCommit.isInTransaction()) {
			EnqueueCall.Reserved reserved = this.enqueue.reserve(batch);
			this.committed.gathered().add(reserved);
			return reserved.results();
		}
		List<EnqueueResult> results = this.enqueue.executeUnique(batch);
		this.signals.enqueued(batch.arrivals());
		return results;
	}

	private void enqueueCommitted(List<EnqueueCall.Reserved> all) {
		Map<EnqueueCall.Reserved, RuntimeException> failures = new IdentityHashMap<>();
		try {
			failures.putAll(this.enqueue.execute(all));
		}
		catch (RuntimeException ex) {
			all.forEach((jobs) -> failures.put(jobs, ex));
		}
		all.stream()
			.filter((jobs) -> !failures.containsKey(jobs))
			.forEach((jobs) -> this.signals.enqueued(jobs.arrivals()));
		if (failures.isEmpty()) {
			return;
		}
		List<JobId> ids = failures.keySet().stream().flatMap((jobs) -> jobs.ids().stream()).sorted().toList();
		RuntimeException first = failures.values().iterator().next();
		logger.error("The transaction was committed, but its jobs were not accepted: enqueue them again if they are"
				+ " not there (ids: " + ids + ")", first);
		throw new JobStoreException("The transaction was committed, but its " + ids.size()
				+ " jobs were not accepted by Redis; the log has their ids: " + first.getMessage(), first);
	}

	@Override
	public Exchange.Result exchange(Exchange exchange) {
		Exchange.Result result = this.exchange.execute(exchange);
		Set<String> returned = new HashSet<>();
		boolean hasTasks = false;
		for (Outcome outcome : exchange.outcomes()) {
			hasTasks |= outcome.job().headers().containsKey(TaskRef.HEADER);
			if (outcome.isBackAtOnce()) {
				returned.add(outcome.job().queue());
			}
		}
		this.signals.available(returned);
		if (hasTasks) {
			this.signals.workflowChanged();
		}
		return result;
	}

	@Override
	public long register(NodeDescription node) {
		this.signals.know(node.queues());
		return this.nodes.register(node);
	}

	@Override
	public Pulse heartbeat(long node) {
		Pulse pulse = this.nodes.heartbeat(node, this.registry, this.options);
		if (!pulse.isAlive()) {
			this.nodes.died(node);
		}
		return pulse;
	}

	@Override
	public boolean mark(long node, Collection<ClaimedJob> jobs, Map<JobId, JobProgress> progress) {
		this.actions.moved().perform(progress.keySet(), (queue, number, there) -> {
			Arguments reports = new Arguments().add(node);
			there.forEach((id) -> reports.add(JobNumbers.name(id, number))
				.add(StoredProgress.write(Objects.requireNonNull(progress.get(id)))));
			Reply reply = this.scripts.run(Script.MARK, this.options.queueKey(queue), reports);
			return MovedJobs.rest(reply, number);
		});
		return true;
	}

	@Override
	public Rescue rescue(Duration silence) {
		Nodes.Reaped reaped = this.nodes.reap(silence);
		if (reaped == null) {
			return Rescue.NONE;
		}
		Arguments arguments = takeBack('D').add(reaped.lastNode());
		reaped.alive().forEach(arguments::add);
		TakeBack taken = takeBack(arguments);
		return new Rescue(reaped.dead(), taken.available(), List.copyOf(taken.failed()));
	}

	@Override
	public void deregister(long node) {
		if (this.nodes.deregister(node)) {
			takeBack(takeBack('L').add(node));
		}
	}

	private Arguments takeBack(char why) {
		return new Arguments().add(String.valueOf(why))
			.add(!this.options.retention().cancelled().isZero())
			.add(TAKEN_BACK_AT_ONCE)
			.add(Rescue.MAX_ABANDONMENTS)
			.add(StoredFailures.write(new Outcome.Failure(Rescue.ABANDONED, Rescue.ABANDONED_MESSAGE, "")));
	}

	private TakeBack takeBack(Arguments arguments) {
		TakeBack taken = new TakeBack(this.registry, this.actions);
		Set<String> queues = this.registry.queues();
		while (!queues.isEmpty()) {
			queues = taken.read(this.scripts.runAll(Script.TAKE_BACK, this.options, queues, arguments));
		}
		this.signals.available(taken.queues());
		if (!taken.failed().isEmpty()) {
			this.signals.someEnded();
		}
		if (taken.haveTasksEnded()) {
			this.signals.workflowChanged();
		}
		return taken;
	}

	@Override
	public long prune() {
		return this.pruning.prune();
	}

	@Override
	public void configure(Map<String, JobLimit> limits) {
		limits.forEach(
				(queue, limit) -> this.admin.setLimit(LimitTarget.queue(queue), limit.isNone() ? null : limit, false));
	}

	@Override
	public List<ExpiredJob> expire() {
		List<ExpiredJob> expired = new ArrayList<>();
		AtomicBoolean hasTasks = new AtomicBoolean();
		Arguments arguments = new Arguments().add(EXPIRED_AT_ONCE).add(StoredFailures.write(ExpiredJob.FAILURE));
		this.scripts.runAll(Script.EXPIRE, this.options, this.registry.queues(), arguments).forEach((queue, reply) -> {
			while (reply.hasNext()) {
				JobId id = reply.job(this.registry.number(queue));
				StoredJob job = StoredJob.read(reply.bytes());
				hasTasks.compareAndSet(false, job.body().headers().containsKey(TaskRef.HEADER));
				expired.add(new ExpiredJob(id, job.body().handler(), queue, job.attempts(), job.body().maxAttempts()));
			}
		});
		if (!expired.isEmpty()) {
			this.signals.someEnded();
		}
		if (hasTasks.get()) {
			this.signals.workflowChanged();
		}
		return expired;
	}

	@Override
	public Ended look(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		return this.look.execute(jobs, fresh, interest);
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

	/**
	 * Close the store's own connections. Those that are needed afterwards are opened
	 * again.
	 */
	@Override
	public void close() {
		this.signals.close();
		this.heartbeats.close();
	}

	@Override
	public String toString() {
		return "Redis, keys '" + this.options.keyPrefix() + ":*'";
	}

}
