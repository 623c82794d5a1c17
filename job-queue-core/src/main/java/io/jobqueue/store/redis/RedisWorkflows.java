package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobNames;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.internal.AfterCommit;

/**
 * Workflows on Redis. Each is in the slot of a queue, that of most of its jobs, which its
 * id tells. What has happened to it is written down by the script that makes it happen:
 * the end of a job in the slot of its queue, a text in that of the workflow.
 */
final class RedisWorkflows implements WorkflowRecords {

	private static final Log logger = LogFactory.getLog(RedisWorkflows.class);

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final WorkflowCommits commits;

	private final WorkflowLooks looks;

	private final WorkflowTasks tasks;

	private final AfterCommit<List<WorkflowPlan>> afterCommit = new AfterCommit<>(ArrayList::new, this::sendCommitted);

	RedisWorkflows(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.commits = new WorkflowCommits(scripts, registry, options, signals);
		this.looks = new WorkflowLooks(scripts, registry, options, signals, this.commits);
		this.tasks = new WorkflowTasks(scripts, registry, options);
	}

	@Override
	public long reserve(String queue) {
		String home = queue.isEmpty() ? JobNames.DEFAULT_QUEUE : queue;
		this.registry.useForWorkflows(home);
		int number = this.registry.number(home);
		return WorkflowIds.id(
				this.scripts.run(Script.RESERVE, this.options.queueKey(home), new Arguments().add(0).add(1)).number(),
				number);
	}

	@Override
	public void create(WorkflowChange first) {
		send(WorkflowPlan.of(first, true, this.registry));
	}

	@Override
	public void post(long workflow, String text) {
		enqueue(workflow, List.of(), text);
	}

	@Override
	public void enqueue(long workflow, List<NewJob> members, String text) {
		if (this.registry.name(WorkflowIds.home(workflow)) != null) {
			send(WorkflowPlan.of("m" + UUID.randomUUID(), workflow, members, text, this.registry));
		}
	}

	private void send(WorkflowPlan plan) {
		if (this.options.isEnqueueAfterCommit() && AfterCommit.isInTransaction()) {
			this.afterCommit.gathered().add(plan);
			return;
		}
		if (this.commits.commit(List.of(plan)).isEmpty()) {
			throw new JobStoreException("Redis did not accept it, because it is there already (id: " + plan.id() + ")",
					null);
		}
	}

	private void sendCommitted(List<WorkflowPlan> plans) {
		List<WorkflowPlan> refused = new ArrayList<>(plans);
		RuntimeException failure = null;
		try {
			refused.removeAll(this.commits.commit(plans));
		}
		catch (RuntimeException ex) {
			failure = ex;
		}
		if (!refused.isEmpty()) {
			List<String> ids = refused.stream().map(WorkflowPlan::id).toList();
			logger.error("The transaction was committed, but its workflows were not accepted: start them again if they"
					+ " are not there (ids: " + ids + ")", failure);
			throw new JobStoreException("The transaction was committed, but its " + ids.size()
					+ " workflows, or what was said to them, were not accepted by Redis; the log has their ids"
					+ ((failure != null) ? ": " + failure.getMessage() : ""), failure);
		}
	}

	@Override
	public WorkflowLook look(int limit) {
		WorkflowLook look = this.looks.look(limit);
		return look.isEmpty() ? look : look.with(find(look.ids()));
	}

	@Override
	public List<StoredWorkflow> find(Collection<Long> ids) {
		Map<Integer, Arguments> byHome = new LinkedHashMap<>();
		ids.forEach((id) -> byHome.computeIfAbsent(WorkflowIds.home(id), (home) -> new Arguments().add("I")).add(id));
		return this.scripts.call((session) -> {
			List<ScriptRunner.Call> calls = new ArrayList<>();
			byHome.forEach((home, arguments) -> {
				String queue = this.registry.name(home);
				if (queue != null) {
					calls.add(session.start(Script.WORKFLOW_FIND, this.options.queueKey(queue), arguments));
				}
			});
			List<StoredWorkflow> found = new ArrayList<>();
			calls.forEach((call) -> read(call.await(), found));
			return found;
		});
	}

	private static void read(Reply reply, List<StoredWorkflow> found) {
		while (reply.hasNext()) {
			found.add(StoredWorkflows.readWorkflow(reply.number(), reply.bytes(), reply.bytes()));
		}
	}

	@Override
	public List<StoredTask> tasks(Map<Long, ? extends Collection<Integer>> numbers) {
		return this.tasks.numbered(numbers);
	}

	@Override
	public List<StoredTask> tasksNamed(long workflow, Collection<String> names) {
		return this.tasks.named(workflow, names);
	}

	@Override
	public List<StoredTask> tasksFrom(long workflow, int from, int limit) {
		return this.tasks.from(workflow, from, limit);
	}

	@Override
	public List<StoredTask> tasksIn(StoredTask.Phase phase, Map<Long, Integer> limits) {
		return this.tasks.in(phase, limits);
	}

	@Override
	public Set<Long> commit(List<WorkflowChange> changes) {
		Map<WorkflowPlan, Long> ids = new LinkedHashMap<>();
		for (WorkflowChange change : changes) {
			long id = change.workflow().id();
			if (this.registry.name(WorkflowIds.home(id)) != null) {
				ids.put(WorkflowPlan.of(change, false, this.registry), id);
			}
		}
		Set<Long> done = new HashSet<>();
		this.commits.commit(List.copyOf(ids.keySet())).forEach((plan) -> done.add(ids.getOrDefault(plan, 0L)));
		return done;
	}

	@Override
	public void drop(List<WorkflowSignal> dropped) {
		Map<Integer, List<byte[]>> byQueue = new LinkedHashMap<>();
		for (WorkflowSignal signal : dropped) {
			WorkflowIds.Position position = WorkflowIds.Position.parse(signal.position());
			byQueue.computeIfAbsent(position.queue(), (queue) -> new ArrayList<>()).add(Keys.bytes(position.number()));
		}
		this.scripts.call((session) -> {
			List<Future<Long>> removals = new ArrayList<>();
			byQueue.forEach((number, positions) -> {
				String queue = this.registry.name(number);
				if (queue != null) {
					String key = this.options.queueKey(queue);
					byte[][] members = positions.toArray(byte[][]::new);
					removals.add(session.send((commands) -> commands.zrem(Keys.bytes(key + ":ends"), members)));
					removals.add(session.send((commands) -> commands.zrem(Keys.bytes(key + ":posts"), members)));
					removals.add(session.send((commands) -> commands.hdel(Keys.bytes(key + ":news"), members)));
				}
			});
			removals.forEach(session::await);
			return removals;
		});
	}

	@Override
	public List<StoredWorkflow> newest(@Nullable String state, @Nullable Long before, int limit) {
		Arguments arguments = new Arguments().add("N")
			.add((state != null) ? state : "")
			.add((before != null) ? before.toString() : "")
			.add(limit);
		List<StoredWorkflow> found = new ArrayList<>();
		this.scripts.runAll(Script.WORKFLOW_FIND, this.options, this.registry.workflowQueues(), arguments)
			.values()
			.forEach((reply) -> read(reply, found));
		found.sort(Comparator.comparingLong(StoredWorkflow::id).reversed());
		return List.copyOf(found.subList(0, Math.min(limit, found.size())));
	}

	@Override
	public int count(String state, int limit) {
		return this.scripts.call((session) -> {
			List<Future<Long>> counts = this.registry.workflowQueues()
				.stream()
				.map((queue) -> Keys.bytes(this.options.queueKey(queue) + ":workflow-ids:" + state))
				.map((key) -> session.send((commands) -> commands.zcard(key)))
				.toList();
			long sum = 0;
			for (Future<Long> count : counts) {
				Long members = session.await(count);
				sum += (members != null) ? members : 0;
			}
			return (int) Math.min(sum, limit);
		});
	}

	@Override
	public int prune(Duration age, int limit) {
		int removed = 0;
		for (String queue : this.registry.workflowQueues()) {
			if (removed < limit) {
				Arguments arguments = new Arguments().add(age.toMillis()).add(limit - removed);
				removed += this.scripts.run(Script.WORKFLOW_PRUNE, this.options.queueKey(queue), arguments).count();
			}
		}
		return removed;
	}

}
