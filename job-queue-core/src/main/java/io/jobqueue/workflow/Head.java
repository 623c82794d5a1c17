package io.jobqueue.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;

/**
 * A workflow or batch while it is being looked at or changed. Not thread-safe.
 */
final class Head {

	private static final String INPUT = "input";

	private static final String MAX_CONCURRENT = "maxConcurrent";

	private static final String BATCH = "batch";

	private static final String PARENT = "parent";

	private static final String TASKS = "tasks";

	private static final String ENDED = "ended";

	private static final String ACTIVE = "active";

	private static final String READY = "ready";

	private static final String SEQUENCE = "sequence";

	private static final String FAILED_TASK = "failedTask";

	private static final String FAILURE_TYPE = "failureType";

	private static final String FAILURE_MESSAGE = "failureMessage";

	private static final String FINISHED_AT = "finishedAt";

	private static final String ADDED = "added";

	private static final String SUCCEEDED = "succeeded";

	private static final String FAILED = "failed";

	private static final String CANCELLED = "cancelled";

	private static final String CLOSED = "closed";

	private final StoredWorkflow stored;

	private final Map<String, String> content;

	private WorkflowState state;

	/** How many tasks there are. */
	int tasks;

	/** How many of them have ended. */
	int ended;

	/** How many of them have a job that has not ended. */
	int active;

	/** How many of them wait for room only. */
	int ready;

	private long sequence;

	private @Nullable String failedTask;

	private @Nullable TaskFailure failure;

	private @Nullable Instant finishedAt;

	/** How many members a batch was given. */
	int added;

	private int succeeded;

	private int failed;

	private int cancelled;

	boolean isClosed;

	private Head(StoredWorkflow stored, Map<String, String> content, Map<String, String> status) {
		this.stored = stored;
		this.content = content;
		this.state = WorkflowState.valueOf(stored.state());
		this.tasks = Numbers.get(status, TASKS);
		this.ended = Numbers.get(status, ENDED);
		this.active = Numbers.get(status, ACTIVE);
		this.ready = Numbers.get(status, READY);
		this.sequence = Numbers.get(status, SEQUENCE);
		this.failedTask = status.get(FAILED_TASK);
		String type = status.get(FAILURE_TYPE);
		this.failure = (type != null) ? new TaskFailure(type, status.get(FAILURE_MESSAGE)) : null;
		String finished = status.get(FINISHED_AT);
		this.finishedAt = (finished != null) ? Instant.parse(finished) : null;
		this.added = Numbers.get(status, ADDED);
		this.succeeded = Numbers.get(status, SUCCEEDED);
		this.failed = Numbers.get(status, FAILED);
		this.cancelled = Numbers.get(status, CANCELLED);
		this.isClosed = status.containsKey(CLOSED);
	}

	static Head of(StoredWorkflow stored) {
		return new Head(stored, JobHeaders.read(stored.content()), JobHeaders.read(stored.status()));
	}

	/**
	 * Return a new workflow.
	 * @param input its input as JSON, or {@code null}
	 * @param maxConcurrent how many of its tasks may have a job at a time, or
	 * {@code null}
	 * @param parent the task that waits for it, or {@code null}
	 */
	static Head create(long id, String name, @Nullable Duration timeout, @Nullable String input,
			@Nullable Integer maxConcurrent, @Nullable TaskRef parent, boolean isBatch) {
		Map<String, String> content = new LinkedHashMap<>();
		Numbers.put(content, INPUT, input);
		Numbers.put(content, MAX_CONCURRENT, maxConcurrent);
		Numbers.put(content, PARENT, parent);
		if (isBatch) {
			content.put(BATCH, "true");
		}
		return new Head(new StoredWorkflow(id, name, WorkflowState.RUNNING.name(), false, 0, Instant.EPOCH, timeout,
				text(content), ""), content, Map.of());
	}

	private static String text(Map<String, String> values) {
		String text = JobHeaders.write(values);
		return (text != null) ? text : "";
	}

	StoredWorkflow toStored() {
		Map<String, String> status = new LinkedHashMap<>();
		Numbers.put(status, TASKS, this.tasks);
		Numbers.put(status, ENDED, this.ended);
		Numbers.put(status, ACTIVE, this.active);
		Numbers.put(status, READY, this.ready);
		Numbers.put(status, SEQUENCE, this.sequence);
		Numbers.put(status, FAILED_TASK, this.failedTask);
		if (this.failure != null) {
			Numbers.put(status, FAILURE_TYPE, this.failure.type());
			Numbers.put(status, FAILURE_MESSAGE, this.failure.message());
		}
		Numbers.put(status, FINISHED_AT, this.finishedAt);
		Numbers.put(status, ADDED, this.added);
		Numbers.put(status, SUCCEEDED, this.succeeded);
		Numbers.put(status, FAILED, this.failed);
		Numbers.put(status, CANCELLED, this.cancelled);
		Numbers.put(status, CLOSED, this.isClosed ? "true" : null);
		return this.stored.with(this.state.name(), this.state.isFinished(), text(status));
	}

	long id() {
		return this.stored.id();
	}

	String name() {
		return this.stored.name();
	}

	WorkflowState state() {
		return this.state;
	}

	boolean isRunning() {
		return !this.state.isFinished();
	}

	boolean isBatch() {
		return this.content.containsKey(BATCH);
	}

	@Nullable String input() {
		return this.content.get(INPUT);
	}

	@Nullable TaskRef parent() {
		String text = this.content.get(PARENT);
		return (text != null) ? TaskRef.parse(text) : null;
	}

	/**
	 * Return how many further tasks may get a job now.
	 */
	int room() {
		int max = Numbers.get(this.content, MAX_CONCURRENT);
		return (max == 0) ? Integer.MAX_VALUE : max - this.active;
	}

	/**
	 * Count a member of a batch that has ended.
	 */
	void count(JobState end) {
		switch (end) {
			case SUCCEEDED -> this.succeeded++;
			case FAILED -> this.failed++;
			default -> this.cancelled++;
		}
	}

	boolean areMembersEnded() {
		return this.succeeded + this.failed + this.cancelled >= this.added;
	}

	boolean areMembersGood() {
		return this.failed + this.cancelled == 0;
	}

	long nextSequence() {
		return ++this.sequence;
	}

	void finish(WorkflowState end, Instant now) {
		this.state = end;
		this.finishedAt = now;
	}

	void failFor(TaskNode task) {
		this.failedTask = task.name();
		this.failure = task.failure();
	}

	void resume() {
		this.state = WorkflowState.RUNNING;
		this.finishedAt = null;
		this.failedTask = null;
		this.failure = null;
	}

	WorkflowStatus toStatus() {
		int all = isBatch() ? this.added : this.tasks;
		int finished = isBatch() ? this.succeeded + this.failed + this.cancelled : this.ended;
		return new WorkflowStatus(new WorkflowId(id()), name(), this.state, all, finished, this.failedTask,
				this.failure, this.stored.createdAt(), this.finishedAt);
	}

	BatchStatus toBatchStatus() {
		return new BatchStatus(new WorkflowId(id()), name(), this.state, !this.isClosed, this.added, this.succeeded,
				this.failed, this.cancelled, this.stored.createdAt(), this.finishedAt);
	}

}
