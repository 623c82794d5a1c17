package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.internal.WakeUpListeners;

/**
 * Workflows in memory. Guarded by the lock of the store, which is taken for each call.
 */
final class MemoryWorkflows implements WorkflowRecords {

	private final MemoryJobStore store;

	private final MemoryJobs jobs;

	private final WakeUpListeners wakeUps;

	private final NavigableMap<Long, Entry> all = new TreeMap<>();

	private final NavigableMap<Long, WorkflowSignal> signals = new TreeMap<>();

	private long lastId;

	private long lastSignal;

	private boolean haveTasksEnded;

	MemoryWorkflows(MemoryJobStore store, MemoryJobs jobs, WakeUpListeners wakeUps) {
		this.store = store;
		this.jobs = jobs;
		this.wakeUps = wakeUps;
		jobs.endings().onTaskEnd(this::ended);
	}

	// Called under the lock.
	private void ended(TaskRef task, MemoryJob job, Instant now) {
		this.haveTasksEnded = true;
		boolean hasFailed = job.state() == JobState.FAILED;
		signal(task.workflow(), new WorkflowSignal.End(task.number(), job.id(),
				job.state().isFinished() ? job.state() : JobState.CANCELLED, job.result(),
				hasFailed ? job.lastFailure().type() : null, hasFailed ? job.lastFailure().message() : null, now),
				null);
	}

	/**
	 * Return whether tasks have ended since the last call. To be called under the lock.
	 */
	boolean takeEnded() {
		boolean taken = this.haveTasksEnded;
		this.haveTasksEnded = false;
		return taken;
	}

	private void signal(long workflow, WorkflowSignal.@Nullable End end, @Nullable String text) {
		long position = ++this.lastSignal;
		this.signals.put(position, new WorkflowSignal(Long.toString(position), workflow, end, text));
	}

	@Override
	public long reserve(String queue) {
		return this.store.atomically((now) -> ++this.lastId);
	}

	@Override
	public void create(WorkflowChange first) {
		this.store.atomically((now) -> {
			this.all.put(first.workflow().id(), new Entry(first.workflow(), now));
			apply(first, now);
			return null;
		});
		this.wakeUps.workflowChanged();
	}

	@Override
	public void post(long workflow, String text) {
		enqueue(workflow, List.of(), text);
	}

	@Override
	public void enqueue(long workflow, List<NewJob> members, String text) {
		this.store.atomically((now) -> {
			this.jobs.addUnique(members, now);
			signal(workflow, null, text);
			return null;
		});
		this.wakeUps.workflowChanged();
	}

	@Override
	public WorkflowLook look(int limit) {
		return this.store.atomically((now) -> {
			List<WorkflowSignal> oldest = this.signals.values().stream().limit(limit).toList();
			List<Long> timedOut = this.all.values()
				.stream()
				.filter((entry) -> entry.isTimedOut(now))
				.map((entry) -> entry.workflow.id())
				.limit(limit)
				.toList();
			WorkflowLook look = new WorkflowLook(now, oldest, timedOut, List.of(), List.of());
			return look.with(found(look.ids()));
		});
	}

	@Override
	public List<StoredWorkflow> find(Collection<Long> ids) {
		return this.store.atomically((now) -> found(ids));
	}

	private List<StoredWorkflow> found(Collection<Long> ids) {
		return ids.stream().map(this.all::get).filter(Objects::nonNull).map((entry) -> entry.workflow).toList();
	}

	@Override
	public List<StoredTask> tasks(Map<Long, ? extends Collection<Integer>> numbers) {
		return this.store.atomically((now) -> {
			List<StoredTask> found = new ArrayList<>();
			numbers.forEach((id, wanted) -> {
				Entry entry = this.all.get(id);
				if (entry != null) {
					wanted.stream().map(entry.tasks::get).filter(Objects::nonNull).forEach(found::add);
				}
			});
			return found;
		});
	}

	@Override
	public List<StoredTask> tasksNamed(long workflow, Collection<String> names) {
		return this.store
			.atomically((now) -> tasksOf(workflow).stream().filter((task) -> names.contains(task.name())).toList());
	}

	@Override
	public List<StoredTask> tasksFrom(long workflow, int from, int limit) {
		return this.store.atomically(
				(now) -> tasksOf(workflow).stream().filter((task) -> task.number() >= from).limit(limit).toList());
	}

	private Collection<StoredTask> tasksOf(long workflow) {
		Entry entry = this.all.get(workflow);
		return (entry != null) ? entry.tasks.values() : List.of();
	}

	@Override
	public List<StoredTask> tasksIn(StoredTask.Phase phase, Map<Long, Integer> limits) {
		return this.store.atomically((now) -> {
			List<StoredTask> found = new ArrayList<>();
			limits.forEach((id, limit) -> tasksOf(id).stream()
				.filter((task) -> task.phase() == phase)
				.limit(limit)
				.forEach(found::add));
			return found;
		});
	}

	@Override
	public Set<Long> commit(List<WorkflowChange> changes) {
		return this.store.atomically((now) -> {
			Set<Long> done = new HashSet<>();
			for (WorkflowChange change : changes) {
				Entry entry = this.all.get(change.workflow().id());
				if (entry != null && entry.workflow.version() == change.workflow().version()
						&& change.handled()
							.stream()
							.allMatch((signal) -> this.signals.containsKey(Long.valueOf(signal.position())))) {
					apply(change, now);
					done.add(change.workflow().id());
				}
			}
			return done;
		});
	}

	private void apply(WorkflowChange change, Instant now) {
		long id = change.workflow().id();
		Entry entry = Objects.requireNonNull(this.all.get(id));
		entry.replace(change.workflow(), now);
		change.added().forEach((task) -> entry.tasks.put(task.number(), task));
		change.changed().forEach((task) -> entry.tasks.put(task.number(), task));
		change.released().forEach((number, job) -> {
			JobId released = this.jobs.addUnique(List.of(job), now).get(0).id();
			entry.tasks.computeIfPresent(number, (key, task) -> task.with(released));
		});
		change.cancelled().stream().map(this.jobs::find).filter(Objects::nonNull).forEach((job) -> {
			if (!job.state().isFinished()) {
				this.jobs.cancel(job, now);
			}
		});
		change.posts().forEach((other, text) -> signal(other, null, text));
		remove(change.handled());
	}

	private void remove(List<WorkflowSignal> handled) {
		handled.forEach((signal) -> this.signals.remove(Long.valueOf(signal.position())));
	}

	@Override
	public void drop(List<WorkflowSignal> dropped) {
		this.store.atomically((now) -> {
			remove(dropped);
			return null;
		});
	}

	@Override
	public List<StoredWorkflow> newest(@Nullable String state, @Nullable Long before, int limit) {
		return this.store
			.atomically((now) -> ((before != null) ? this.all.headMap(before, false) : this.all).descendingMap()
				.values()
				.stream()
				.map((entry) -> entry.workflow)
				.filter((workflow) -> state == null || workflow.state().equals(state))
				.limit(limit)
				.toList());
	}

	@Override
	public int count(String state, int limit) {
		return this.store.atomically((now) -> (int) this.all.values()
			.stream()
			.filter((entry) -> entry.workflow.state().equals(state))
			.limit(limit)
			.count());
	}

	@Override
	public int prune(Duration age, int limit) {
		return this.store.atomically((now) -> {
			List<Entry> old = this.all.values()
				.stream()
				.filter((entry) -> entry.isFinishedBefore(now.minus(age)))
				.sorted(Comparator.comparing((entry) -> entry.workflow.id()))
				.limit(limit)
				.toList();
			old.forEach((entry) -> this.all.remove(entry.workflow.id()));
			return old.size();
		});
	}

	/**
	 * A workflow and its tasks.
	 */
	private static final class Entry {

		private final NavigableMap<Integer, StoredTask> tasks = new TreeMap<>();

		private StoredWorkflow workflow;

		private @Nullable Instant finishedAt;

		Entry(StoredWorkflow first, Instant now) {
			this.workflow = new StoredWorkflow(first.id(), first.name(), first.state(), first.isFinished(), 0, now,
					first.timeout(), first.content(), first.status());
		}

		void replace(StoredWorkflow next, Instant now) {
			if (!next.isFinished()) {
				this.finishedAt = null;
			}
			else if (this.finishedAt == null) {
				this.finishedAt = now;
			}
			this.workflow = new StoredWorkflow(next.id(), next.name(), next.state(), next.isFinished(),
					next.version() + 1, this.workflow.createdAt(), next.timeout(), next.content(), next.status());
		}

		boolean isTimedOut(Instant now) {
			Duration timeout = this.workflow.timeout();
			return timeout != null && !this.workflow.isFinished()
					&& !this.workflow.createdAt().plus(timeout).isAfter(now);
		}

		boolean isFinishedBefore(Instant limit) {
			return this.finishedAt != null && this.finishedAt.isBefore(limit);
		}

	}

}
