package io.jobqueue.workflow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowSignal;

/**
 * One step of a workflow: what has happened to it, applied to what is stored, makes the
 * change that is to be stored. It decides all that workflows do and knows no store. Not
 * thread-safe.
 */
final class Step {

	/** How many dependents of a task are told in one step. */
	static final int SLICE = 2000;

	private final Head head;

	private final Instant now;

	private final TaskSet tasks = new TaskSet();

	private final Map<Integer, NewJob> released = new TreeMap<>();

	private final Set<JobId> cancelled = new LinkedHashSet<>();

	private final Map<Long, String> posts = new LinkedHashMap<>();

	private final List<WorkflowSignal> handled = new ArrayList<>();

	private final List<WorkflowEvent> events = new ArrayList<>();

	final Children children;

	private boolean hasEnded;

	Step(Head head, Instant now) {
		this.head = head;
		this.now = now;
		this.children = new Children(head, this.tasks, this.posts);
	}

	Head head() {
		return this.head;
	}

	/**
	 * Know tasks, as far as they are not known yet.
	 */
	void know(Collection<StoredTask> stored) {
		this.tasks.know(stored);
	}

	@Nullable TaskNode task(int number) {
		return this.tasks.get(number);
	}

	/**
	 * Return which dependents of the tasks that are known may have to be told next.
	 */
	Set<Integer> untold() {
		return this.tasks.untold(SLICE);
	}

	/**
	 * Begin: the tasks are new.
	 */
	void begin(List<TaskNode> nodes) {
		for (TaskNode task : nodes) {
			this.tasks.add(task);
			this.head.tasks++;
			if (task.open == 0 && !this.head.isBatch()) {
				ready(task);
			}
		}
		List<TaskNode> first = releaseWhatThereIsRoomFor();
		if (!first.isEmpty()) {
			this.posts.put(this.head.id(), new StartNews(first.stream().map(TaskNode::name).toList()).toString());
		}
		this.children.tellParent();
	}

	/**
	 * Tell of the start.
	 */
	void started(StartNews news) {
		news.tasks().forEach((task) -> publish(task, JobState.AVAILABLE));
	}

	/**
	 * Add tasks that a running job wants to be done. Whoever tries again adds nothing
	 * twice.
	 * @param wanted what is to be added
	 * @param byName the tasks of the workflow that it names
	 */
	void add(List<AddedTask> wanted, Map<String, TaskNode> byName) {
		if (!this.head.isRunning()) {
			return;
		}
		Map<String, TaskNode> known = new HashMap<>(byName);
		byName.values().stream().filter((task) -> this.tasks.get(task.number()) == null).forEach(this.tasks::put);
		// What was added in this very step is stored nowhere yet.
		this.tasks.all().forEach((task) -> known.put(task.name(), task));
		for (AddedTask task : wanted) {
			if (!known.containsKey(task.name())) {
				known.put(task.name(), add(task, known));
			}
		}
	}

	private TaskNode add(AddedTask task, Map<String, TaskNode> known) {
		List<TaskNode> after = task.after().stream().map(known::get).filter((node) -> node != null).toList();
		TaskNode node = TaskNode.create(this.head.id(), this.head.tasks++, task.name(), task.job(),
				after.stream().map(TaskNode::number).toList(), task.isOptional());
		for (TaskNode before : after) {
			if (!before.isDone()) {
				node.open++;
				before.addDependent(node.number());
				this.tasks.change(before);
			}
		}
		this.tasks.add(node);
		if (node.open == 0) {
			ready(node);
		}
		return node;
	}

	/**
	 * Take note of a workflow that was started by a task, or has ended.
	 */
	void child(ChildNews news) {
		TaskNode parent = this.children.apply(news);
		if (parent == null) {
			return;
		}
		this.tasks.change(parent);
		if (parent.isLastChildEnded() && parent.isToRunAgain() && parent.hasFailedChild()) {
			this.head.active--;
			again(parent);
		}
		else if (parent.isLastChildEnded()) {
			parent.childrenEnded(this.now, this.head.isRunning());
			ended(parent);
		}
	}

	/**
	 * Take note of members that a batch was given, or that it will get no more.
	 */
	void grow(int members, boolean isClosed) {
		this.head.added += members;
		this.head.isClosed |= isClosed;
	}

	/**
	 * Apply the end of a job.
	 * @return whether the signal is dealt with; otherwise it is to be applied again
	 */
	boolean apply(WorkflowSignal.End end) {
		if (end.number() == TaskRef.MEMBER) {
			this.head.count(end.state());
			return true;
		}
		TaskNode task = this.tasks.get(end.number());
		if (task == null || !end.job().equals(task.job())) {
			// It was run once more since.
			return true;
		}
		if (task.isToRunAgain() && end.state() != JobState.SUCCEEDED) {
			this.head.active--;
			again(task);
			return true;
		}
		if (!task.isFinished()) {
			this.tasks.change(task);
			if (task.jobEnded(end)) {
				ended(task);
			}
			return task.areAllTold() || !this.head.isRunning();
		}
		tell(task);
		return task.areAllTold() || !this.head.isRunning();
	}

	private void ended(TaskNode task) {
		this.head.ended++;
		this.head.active--;
		if (task.end() != JobState.SUCCEEDED) {
			this.children.cancel(task);
		}
		publish(task.name(), task.end());
		if (!this.head.isRunning()) {
			return;
		}
		if (task.isDone()) {
			tell(task);
		}
		else if (!this.head.isBatch()) {
			this.head.failFor(task);
			finish(WorkflowState.FAILED);
		}
	}

	private void tell(TaskNode task) {
		if (!task.isDone() || !this.head.isRunning()) {
			return;
		}
		List<Integer> untold = task.untold(SLICE);
		for (int number : untold) {
			TaskNode dependent = this.tasks.get(number);
			if (dependent == null) {
				throw new IllegalStateException("Task " + number + " of workflow " + this.head.id() + " is missing");
			}
			dependent.open--;
			this.tasks.change(dependent);
			if (dependent.open == 0) {
				ready(dependent);
			}
		}
		task.told(untold.size());
		this.tasks.change(task);
	}

	private void ready(TaskNode task) {
		task.becomeReady();
		this.head.ready++;
	}

	void cancel() {
		if (this.head.isRunning()) {
			finish(WorkflowState.CANCELLED);
		}
	}

	/**
	 * End the workflow at once.
	 */
	void finish(WorkflowState end) {
		this.head.finish(end, this.now);
		this.hasEnded = true;
	}

	/**
	 * Return whether the workflow has ended in this step.
	 */
	boolean isOver() {
		return this.hasEnded;
	}

	/**
	 * Return whether the workflow has ended in this step, and may have jobs that are to
	 * be cancelled.
	 */
	boolean needsLiveTasks() {
		return this.hasEnded && this.head.active > 0 && this.head.state() != WorkflowState.SUCCEEDED;
	}

	/**
	 * Return how many tasks that wait for room have to be looked for, because more could
	 * get it than are known.
	 */
	int roomForMore() {
		if (!this.head.isRunning() || this.head.ready == 0) {
			return 0;
		}
		int room = Math.min(Math.min(this.head.room(), this.head.ready), SLICE);
		return (this.tasks.count(Phase.READY) < this.head.ready) ? Math.max(room, 0) : 0;
	}

	/**
	 * Run what failed once more, and what was cancelled for it.
	 * @param all all tasks that have a job, or had one
	 */
	void retry(Collection<TaskNode> all) {
		this.head.resume();
		publish(null, null);
		for (TaskNode task : all) {
			this.tasks.put(task);
			if (task.isLive()) {
				task.runAgain();
				this.tasks.change(task);
			}
			else if (task.isFinished() && !task.isDone()) {
				this.head.ended--;
				again(task);
			}
		}
	}

	private void again(TaskNode task) {
		this.children.cancel(task);
		task.reset();
		this.head.ready++;
		this.tasks.change(task);
	}

	void complete() {
		if (this.head.isBatch()) {
			completeBatch();
		}
		else {
			releaseWhatThereIsRoomFor().forEach((task) -> publish(task.name(), JobState.AVAILABLE));
			if (this.head.isRunning() && this.head.ended == this.head.tasks) {
				finish(WorkflowState.SUCCEEDED);
			}
		}
		if (this.hasEnded) {
			this.tasks.all().stream().filter(TaskNode::isLive).forEach((task) -> {
				JobId job = task.job();
				if (job != null) {
					this.cancelled.add(job);
				}
				this.children.cancel(task);
			});
			publish(null, null);
			this.children.tellParent();
		}
	}

	private List<TaskNode> releaseWhatThereIsRoomFor() {
		if (!this.head.isRunning() || this.head.ready == 0) {
			return List.of();
		}
		List<TaskNode> next = this.tasks.first(Phase.READY, Math.max(this.head.room(), 0));
		next.forEach(this::release);
		return next;
	}

	private void release(TaskNode task) {
		task.release();
		this.tasks.change(task);
		this.head.ready--;
		this.head.active++;
		this.released.put(task.number(), task.newJob());
	}

	private void completeBatch() {
		if (!this.head.isRunning() || !this.head.isClosed || !this.head.areMembersEnded()) {
			return;
		}
		boolean isGood = this.head.areMembersGood();
		BatchStatus result = this.head.toBatchStatus();
		for (TaskNode callback : this.tasks.all()) {
			if (Callback.valueOf(callback.name()).isCalled(isGood)) {
				this.head.ready++;
				release(callback);
				publish(callback.name(), JobState.AVAILABLE);
				this.released.computeIfPresent(callback.number(), (number, job) -> BatchResult.of(result).addTo(job));
			}
		}
		finish(isGood ? WorkflowState.SUCCEEDED : WorkflowState.FAILED);
		// The callbacks are not part of what has ended.
		this.tasks.forget();
	}

	private void publish(@Nullable String task, @Nullable JobState state) {
		this.events.add(new WorkflowEvent(new WorkflowId(this.head.id()), this.head.name(), this.head.nextSequence(),
				task, state, this.head.state()));
	}

	void handled(WorkflowSignal signal) {
		this.handled.add(signal);
	}

	WorkflowChange toChange() {
		return new WorkflowChange(this.head.toStored(), this.tasks.toAdded(), this.tasks.toChanged(), this.released,
				this.cancelled, this.posts, List.copyOf(this.handled));
	}

	List<WorkflowEvent> events() {
		return this.events;
	}

}
