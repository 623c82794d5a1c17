package io.jobqueue.workflow;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowSignal;

/**
 * What a workflow, in one step, has to do with those that its tasks have started, and
 * with the one of which a task has started it.
 * <p>
 * Before a child is created its parent is told that a task waits for it. It may never be
 * created, if the process dies; so the parent looks for it when the job of the task has
 * ended. And the parent may end before it is created; so the child tells once more, in
 * one step with its creation, and is cancelled if nobody wants it. Not thread-safe.
 */
final class Children {

	/** What is posted to a workflow whose parent does not want it any more. */
	static final String CANCEL = "cancel";

	private final Head head;

	private final TaskSet tasks;

	private final Map<Long, String> posts;

	/**
	 * Create it.
	 * @param head the workflow
	 * @param tasks its tasks, as far as they are known
	 * @param posts what the step posts to other workflows
	 */
	Children(Head head, TaskSet tasks, Map<Long, String> posts) {
		this.head = head;
		this.tasks = tasks;
		this.posts = posts;
	}

	/**
	 * Tell the task that waits for this workflow, if one does, of the state it is in.
	 */
	void tellParent() {
		TaskRef parent = this.head.parent();
		if (parent != null) {
			ChildNews.Event event = switch (this.head.state()) {
				case RUNNING -> ChildNews.Event.CREATED;
				case SUCCEEDED -> ChildNews.Event.SUCCEEDED;
				default -> ChildNews.Event.FAILED;
			};
			this.posts.put(parent.workflow(), new ChildNews(parent.number(), event, this.head.id()).toString());
		}
	}

	/**
	 * Take note of what has become of a child.
	 * @return the task that has changed, or {@code null}
	 */
	@Nullable TaskNode apply(ChildNews news) {
		TaskNode task = this.tasks.get(news.task());
		if (news.event() == ChildNews.Event.CREATED) {
			if (!this.head.isRunning() || task == null || (task.isFinished() && !task.isDone())) {
				this.posts.put(news.child(), CANCEL);
			}
			return null;
		}
		if (task == null || task.isFinished()) {
			return null;
		}
		if (news.event() == ChildNews.Event.STARTED) {
			task.children().add(news.child());
			return task;
		}
		return task.childEnded(news.child(), news.event() == ChildNews.Event.SUCCEEDED) ? task : null;
	}

	/**
	 * Cancel those that a task has started and that have not ended.
	 */
	void cancel(TaskNode task) {
		task.children().forEach((child) -> this.posts.put(child, CANCEL));
	}

	/**
	 * Return those that tasks are to wait for whose jobs have succeeded.
	 */
	Set<Long> of(Collection<WorkflowSignal.End> ends) {
		Set<Long> children = new LinkedHashSet<>();
		succeeded(ends).forEach((task) -> children.addAll(task.children()));
		return children;
	}

	/**
	 * Let these tasks wait for those only that were created.
	 */
	void keep(Collection<WorkflowSignal.End> ends, Set<Long> created) {
		succeeded(ends).forEach((task) -> task.children().retainAll(created));
	}

	private List<TaskNode> succeeded(Collection<WorkflowSignal.End> ends) {
		return ends.stream()
			.filter((end) -> end.state() == JobState.SUCCEEDED)
			.map(WorkflowSignal.End::number)
			.map(this.tasks::get)
			.filter((task) -> task != null && !task.isFinished())
			.toList();
	}

}
