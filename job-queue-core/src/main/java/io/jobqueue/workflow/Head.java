package io.jobqueue.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowRecords;

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

	private static final String ADDED = "added";

	private static final String SUCCEEDED = "succeeded";

	private static final String FAILED = "failed";

	private static final String CANCELLED = "cancelled";

	private static final String CLOSED = "closed";

	private final StoredWorkflow stored;

	private final Fields content;

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

	private Head(StoredWorkflow stored, Fields content, Fields status) {
		this.stored = stored;
		this.content = content;
		this.state = WorkflowState.valueOf(stored.state());
		this.tasks = status.number(TASKS);
		this.ended = status.number(ENDED);
		this.active = status.number(ACTIVE);
		this.ready = status.number(READY);
		this.sequence = status.number(SEQUENCE);
		this.failedTask = status.text(FAILED_TASK);
		this.failure = status.failure();
		this.finishedAt = status.finishedAt();
		this.added = status.number(ADDED);
		this.succeeded = status.number(SUCCEEDED);
		this.failed = status.number(FAILED);
		this.cancelled = status.number(CANCELLED);
		this.isClosed = status.has(CLOSED);
	}

	static Head of(StoredWorkflow stored) {
		return new Head(stored, Fields.read(stored.content()), Fields.read(stored.status()));
	}

	/**
	 * Return a workflow or batch as it is stored now.
	 * @throws WorkflowNotFoundException if there is none
	 */
	static Head find(WorkflowRecords records, WorkflowId id) {
		return records.find(Set.of(id.value()))
			.stream()
			.findFirst()
			.map(Head::of)
			.orElseThrow(() -> new WorkflowNotFoundException(id));
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
		Fields content = Fields.of(Map.of())
			.put(INPUT, input)
			.put(MAX_CONCURRENT, maxConcurrent)
			.put(PARENT, parent)
			.putFlag(BATCH, isBatch);
		return of(new StoredWorkflow(id, name, WorkflowState.RUNNING.name(), false, 0, Instant.EPOCH, timeout,
				content.toString(), ""));
	}

	StoredWorkflow toStored() {
		Fields status = Fields.of(Map.of())
			.putNumber(TASKS, this.tasks)
			.putNumber(ENDED, this.ended)
			.putNumber(ACTIVE, this.active)
			.putNumber(READY, this.ready)
			.putNumber(SEQUENCE, this.sequence)
			.put(FAILED_TASK, this.failedTask)
			.putEnd(this.finishedAt, this.failure)
			.putNumber(ADDED, this.added)
			.putNumber(SUCCEEDED, this.succeeded)
			.putNumber(FAILED, this.failed)
			.putNumber(CANCELLED, this.cancelled)
			.putFlag(CLOSED, this.isClosed);
		return this.stored.with(this.state.name(), this.state.isFinished(), status.toString());
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
		return this.content.has(BATCH);
	}

	@Nullable String input() {
		return this.content.text(INPUT);
	}

	@Nullable TaskRef parent() {
		String text = this.content.text(PARENT);
		return (text != null) ? TaskRef.parse(text) : null;
	}

	/**
	 * Return how many further tasks may get a job now.
	 */
	int room() {
		int max = this.content.number(MAX_CONCURRENT);
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
		return new WorkflowStatus(new WorkflowId(id()), name(), isBatch(), this.state, all, finished, this.failedTask,
				this.failure, this.stored.createdAt(), this.finishedAt);
	}

	BatchStatus toBatchStatus() {
		return new BatchStatus(new WorkflowId(id()), name(), this.state, !this.isClosed, this.added, this.succeeded,
				this.failed, this.cancelled, this.stored.createdAt(), this.finishedAt);
	}

}
