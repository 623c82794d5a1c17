package io.jobqueue.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
import io.jobqueue.serialization.LimitJson;
import io.jobqueue.store.internal.Explainer;

/**
 * The administration of jobs on Redis. What concerns several queues is done one queue
 * after the other.
 */
final class RedisJobAdmin implements JobAdmin {

	private static final int MAX_JOBS_OF_A_NODE = 1000;

	/** Before a concurrency key. */
	private static final String KEY_GATE = "key:";

	private final ScriptRunner scripts;

	private final Registry registry;

	private final Nodes nodes;

	private final RedisOptions options;

	private final Signals signals;

	private final JobActions actions;

	RedisJobAdmin(ScriptRunner scripts, Registry registry, Nodes nodes, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.nodes = nodes;
		this.options = options;
		this.signals = signals;
		this.actions = new JobActions(scripts, registry, options, signals);
	}

	@Override
	public Optional<JobRecord> find(JobId id) {
		List<JobRecord> found = new ArrayList<>();
		this.actions.moved().perform(List.of(id), (queue, number, jobs) -> {
			List<JobId> elsewhere = new ArrayList<>();
			found.addAll(JobRecords.read(look(queue, MovedJobs.names(jobs, number)), queue, number, elsewhere));
			return elsewhere;
		});
		return found.stream().findFirst();
	}

	@Override
	public JobPage page(JobFilter filter, @Nullable JobId before, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		return search(filter).page(before, limit);
	}

	@Override
	public JobCount count(JobFilter filter, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_COUNT,
				() -> "'limit' must be from 1 to " + MAX_COUNT + ", not " + limit);
		if (!JobSearch.isAboutStatesAndQueueOnly(filter)) {
			return search(filter).count(limit);
		}
		long count = depths(queues(filter)).values().stream().mapToLong((depths) -> depths.count(filter)).sum();
		return new JobCount(Math.min(count, limit), count <= limit);
	}

	private JobSearch search(JobFilter filter) {
		return new JobSearch(this.scripts, this.registry, this.options, queues(filter), filter);
	}

	private Set<String> queues(JobFilter filter) {
		Set<String> all = this.registry.queues();
		String queue = filter.queue();
		if (queue == null) {
			return all;
		}
		return all.contains(queue) ? Set.of(queue) : Set.of();
	}

	@Override
	public Map<JobState, Long> countByState() {
		Map<JobState, Long> counts = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			counts.put(state, 0L);
		}
		depths(this.registry.queues()).values()
			.forEach((depths) -> counts.replaceAll((state, count) -> count + depths.count(state)));
		return counts;
	}

	private Map<String, Depths> depths(Set<String> queues) {
		Map<String, Depths> depths = new LinkedHashMap<>();
		this.scripts.runAll(Script.STATUS, this.options, queues, new Arguments())
			.forEach((queue, reply) -> depths.put(queue, Depths.read(reply)));
		return depths;
	}

	@Override
	public int retry(Collection<JobId> ids) {
		return this.actions.act('R', ids, "");
	}

	@Override
	public int cancel(Collection<JobId> ids) {
		return this.actions.cancel(ids);
	}

	@Override
	public int delete(Collection<JobId> ids) {
		return this.actions.act('D', ids, "");
	}

	@Override
	public int reschedule(Collection<JobId> ids, Instant runAt) {
		return this.actions.act('T', ids, Long.toString(Math.max(runAt.toEpochMilli(), 0)));
	}

	@Override
	public int move(Collection<JobId> ids, String queue) {
		return this.actions.move(ids, queue);
	}

	@Override
	public void pause(String queue) {
		JobNames.requireValid("queue name", queue);
		this.registry.number(queue);
		byte[] key = pausedKey(queue);
		this.scripts.call((session) -> session.await(session.send((commands) -> commands.set(key, Keys.bytes("1")))));
	}

	@Override
	public void resume(String queue) {
		JobNames.requireValid("queue name", queue);
		byte[] key = pausedKey(queue);
		this.scripts.call((session) -> session.await(session.send((commands) -> commands.del(key))));
		this.signals.available(List.of(queue));
	}

	private byte[] pausedKey(String queue) {
		return Keys.bytes(this.options.queueKey(queue) + ":paused");
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
		this.registry.number(target.queue());
		this.scripts.run(Script.LIMIT, this.options.queueKey(target.queue()),
				new Arguments().add(LimitFields.field(target))
					.add((limit != null) ? LimitJson.write(limit, isByHand) : "")
					.add(isByHand));
		this.signals.available(List.of(target.queue()));
	}

	@Override
	public Map<LimitTarget, JobLimit> limits() {
		Map<LimitTarget, JobLimit> limits = new HashMap<>();
		this.registry.queues().forEach((queue) -> limits.putAll(limits(queue)));
		return limits;
	}

	private Map<LimitTarget, JobLimit> limits(String queue) {
		Map<LimitTarget, JobLimit> limits = new HashMap<>();
		byte[] key = Keys.bytes(this.options.queueKey(queue) + ":limits");
		Map<byte[], byte[]> fields = this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.hgetall(key))));
		Assert.state(fields != null, "The server did not answer");
		fields.forEach((field, value) -> limits.put(LimitFields.target(queue, Keys.text(field)),
				LimitJson.read(Keys.text(value))));
		return limits;
	}

	@Override
	public List<QueueStatus> queues() {
		Map<String, Depths> depths = depths(this.registry.queues());
		Set<String> names = new TreeSet<>();
		depths.forEach((queue, depth) -> {
			if (depth.isInUse()) {
				names.add(queue);
			}
		});
		this.nodes.all().forEach((node) -> names.addAll(node.queues()));
		return names.stream().map((queue) -> depths.getOrDefault(queue, Depths.NONE).status(queue)).toList();
	}

	@Override
	public List<NodeStatus> nodes() {
		List<Nodes.Registered> registered = this.nodes.all();
		Map<Long, Set<JobId>> held = new HashMap<>();
		Arguments arguments = new Arguments().add(MAX_JOBS_OF_A_NODE);
		registered.forEach((node) -> {
			arguments.add(node.id());
			held.put(node.id(), new TreeSet<>());
		});
		this.scripts.runAll(Script.HELD, this.options, this.registry.queues(), arguments)
			.forEach((queue, reply) -> registered.forEach((node) -> {
				Reply jobs = reply.list();
				while (jobs.hasNext()) {
					held.getOrDefault(node.id(), new TreeSet<>()).add(jobs.job(this.registry.number(queue)));
				}
			}));
		return registered.stream()
			.map((node) -> node
				.status(held.getOrDefault(node.id(), Set.of()).stream().limit(MAX_JOBS_OF_A_NODE).toList()))
			.toList();
	}

	@Override
	public List<HeldJob> held(long node, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		List<HeldJob> jobs = new ArrayList<>();
		this.scripts.runAll(Script.HELD, this.options, this.registry.queues(), new Arguments().add(limit).add(node))
			.forEach((queue, reply) -> {
				Arguments held = new Arguments();
				Reply ids = reply.list();
				for (int left = limit - jobs.size(); left > 0 && ids.hasNext(); left--) {
					held.add(ids.bytes());
				}
				if (!held.isEmpty()) {
					JobRecords.read(look(queue, held), queue, this.registry.number(queue))
						.forEach((job) -> jobs.add(new HeldJob(job.id(), job.handler(), queue, null)));
				}
			});
		jobs.sort(Comparator.comparing(HeldJob::id));
		return jobs;
	}

	private Reply look(String queue, Arguments jobs) {
		return this.scripts.run(Script.LOOK, this.options.queueKey(queue), jobs);
	}

	@Override
	public JobExplanation explain(JobId id) {
		JobRecord job = get(id);
		if (Explainer.Facts.isAll(job)) {
			return Explainer.explain(Explainer.Facts.ofFinished(job));
		}
		String queue = job.queue();
		Reply reply = this.scripts.run(Script.EXPLAIN, this.options.queueKey(queue),
				new Arguments().add(JobNumbers.name(id, this.registry.number(queue))).add(Explainer.MAX_HOLDERS));
		boolean isPaused = reply.number() > 0;
		boolean isCancelRequested = reply.number() > 0;
		JobCount ahead = new JobCount(reply.number(), true);
		Explainer.Gate gate = gate(reply, queue);
		List<NodeStatus> all = this.nodes.all().stream().map((node) -> node.status(List.of())).toList();
		return Explainer.explain(new Explainer.Facts(job, isPaused, isCancelRequested, null, ahead, all, gate,
				limits(queue).get(LimitTarget.queue(queue))));
	}

	private Explainer.@Nullable Gate gate(Reply reply, String queue) {
		String gate = reply.text();
		if (gate.isEmpty()) {
			return null;
		}
		List<JobId> holders = new ArrayList<>();
		while (reply.hasNext()) {
			holders.add(reply.job(this.registry.number(queue)));
		}
		holders.sort(null);
		return new Explainer.Gate(gate.startsWith(KEY_GATE), gate.substring(gate.indexOf(':') + 1), holders);
	}

	/**
	 * The numbers of jobs of a queue.
	 *
	 * @param isPaused whether it is paused
	 * @param available the number of jobs that are due
	 * @param scheduled the number of jobs that are not due yet
	 * @param running the number of leased jobs
	 * @param succeeded the number of succeeded jobs
	 * @param failed the number of failed jobs
	 * @param cancelled the number of cancelled jobs
	 * @param oldestMillis how long the oldest available job has been waiting, or -1
	 */
	private record Depths(boolean isPaused, long available, long scheduled, long running, long succeeded, long failed,
			long cancelled, long oldestMillis) {

		private static final Depths NONE = new Depths(false, 0, 0, 0, 0, 0, 0, -1);

		static Depths read(Reply reply) {
			return new Depths(reply.number() > 0, reply.number(), reply.number(), reply.number(), reply.number(),
					reply.number(), reply.number(), reply.number());
		}

		long count(JobFilter filter) {
			return Arrays.stream(JobState.values()).filter(filter::includes).mapToLong(this::count).sum();
		}

		private long count(JobState state) {
			return switch (state) {
				case BLOCKED -> 0;
				case SCHEDULED -> this.scheduled;
				case AVAILABLE -> this.available;
				case RUNNING -> this.running;
				case SUCCEEDED -> this.succeeded;
				case FAILED -> this.failed;
				case CANCELLED -> this.cancelled;
			};
		}

		boolean isInUse() {
			return this.isPaused || this.available + this.scheduled + this.running > 0;
		}

		QueueStatus status(String queue) {
			return new QueueStatus(queue, this.isPaused, this.available, this.scheduled, this.running,
					(this.oldestMillis >= 0) ? Duration.ofMillis(this.oldestMillis) : null);
		}

	}

}
