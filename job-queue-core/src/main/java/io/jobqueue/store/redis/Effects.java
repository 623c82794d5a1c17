package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;

/**
 * What a change of a workflow does in the slot of one queue.
 */
final class Effects {

	private static final int INT = 4;

	private final List<String> handled = new ArrayList<>();

	private final Arguments tasks = new Arguments();

	private final NewJobs jobs = new NewJobs();

	private final Writer numbers = new Writer();

	private final List<Long> cancelled = new ArrayList<>();

	private final Arguments posts = new Arguments();

	private int jobCount;

	private int taskCount;

	private int postCount;

	/**
	 * Let a signal be removed.
	 * @param number its number in the queue
	 */
	void handle(String number) {
		this.handled.add(number);
	}

	/**
	 * Let a task be written.
	 * @param isNew whether it is not there yet
	 */
	void write(StoredTask task, boolean isNew) {
		this.taskCount++;
		this.tasks.add(task.number())
			.add(StoredWorkflows.writeStatus(task))
			.add(isNew ? task.name() : "")
			.add(isNew ? StoredWorkflows.writeContent(task) : new byte[0]);
	}

	/**
	 * Let the job of a task be enqueued.
	 */
	void release(int task, NewJob job) {
		this.numbers.number(task, INT);
		this.jobs.add(job, this.jobCount++);
	}

	/**
	 * Let jobs be enqueued whose ids nobody records.
	 */
	void enqueue(Collection<NewJob> members) {
		members.forEach((job) -> this.jobs.add(job, this.jobCount++));
	}

	/**
	 * Let a job be cancelled.
	 */
	void cancel(long number) {
		this.cancelled.add(number);
	}

	void post(long workflow, String text) {
		this.postCount++;
		this.posts.add(workflow).add(text);
	}

	boolean hasJobs() {
		return this.jobCount > 0;
	}

	boolean tellsWorkflows() {
		return this.postCount > 0 || !this.cancelled.isEmpty();
	}

	/**
	 * Return the numbers of the tasks whose jobs are enqueued.
	 */
	byte[] numbers() {
		return this.numbers.toBytes();
	}

	/**
	 * Write this as scripts read it.
	 */
	List<byte[]> toValues() {
		Arguments values = new Arguments().add(this.handled.size());
		this.handled.forEach(values::add);
		values.add(this.taskCount).addAll(this.tasks.values());
		Arguments ofJobs = new Arguments();
		this.jobs.addTo(ofJobs);
		values.add(this.jobCount).add(numbers()).add(ofJobs.size()).addAll(ofJobs.values());
		values.add(this.cancelled.size());
		this.cancelled.forEach(values::add);
		return values.add(this.postCount).addAll(this.posts.values()).values();
	}

}
