package io.jobqueue.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.serialization.JobText;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowSignal;

/**
 * A task while it is being looked at or changed. Its dependents are told of its end in
 * slices, so that a step of a workflow stays small however many there are. Not
 * thread-safe.
 */
final class TaskNode {

	private static final String OPTIONAL = "optional";

	private static final String AFTER = "after";

	private static final String STATE = "state";

	private static final String OPEN = "open";

	private static final String DEPENDENTS = "dependents";

	private static final String TOLD = "told";

	private static final String CHILDREN = "children";

	private static final String FAILED_CHILD = "failedChild";

	private static final String AGAIN = "again";

	private static final String RESULT = "result";

	private final StoredTask stored;

	// Read when it is needed, which is not when a job has succeeded.
	private @Nullable Fields content;

	private Phase phase;

	private @Nullable JobState end;

	/** How many tasks it still waits for. */
	int open;

	private final List<Integer> dependents;

	private int told;

	// Workflows that were started by its job and have not ended.
	private final List<Long> children;

	private boolean hasFailedChild;

	// Its job was to be cancelled when the workflow was resumed.
	private boolean isToRunAgain;

	private @Nullable String result;

	private @Nullable TaskFailure failure;

	private @Nullable Instant finishedAt;

	private TaskNode(StoredTask stored, Fields status) {
		this.stored = stored;
		this.phase = stored.phase();
		String state = status.text(STATE);
		this.end = (state != null) ? JobState.valueOf(state) : null;
		this.open = status.number(OPEN);
		this.dependents = status.numbers(DEPENDENTS);
		this.told = status.number(TOLD);
		this.children = status.ids(CHILDREN);
		this.hasFailedChild = status.has(FAILED_CHILD);
		this.isToRunAgain = status.has(AGAIN);
		this.result = status.text(RESULT);
		this.failure = status.failure();
		this.finishedAt = status.finishedAt();
	}

	static TaskNode of(StoredTask stored) {
		return new TaskNode(stored, Fields.read(stored.status()));
	}

	static TaskNode create(long workflow, int number, String name, NewJob job, List<Integer> after,
			boolean isOptional) {
		Fields content = Fields.of(JobText.write(job)).putNumbers(AFTER, after).putFlag(OPTIONAL, isOptional);
		return of(new StoredTask(workflow, number, name, Phase.BLOCKED, null, content.toString(), ""));
	}

	private Fields content() {
		Fields read = this.content;
		if (read == null) {
			read = Fields.read(this.stored.content());
			this.content = read;
		}
		return read;
	}

	StoredTask toStored() {
		Fields status = Fields.of(Map.of())
			.put(STATE, this.end)
			.putNumber(OPEN, this.open)
			.putNumbers(DEPENDENTS, this.dependents)
			.putNumber(TOLD, this.told)
			.putNumbers(CHILDREN, this.children)
			.putFlag(FAILED_CHILD, this.hasFailedChild)
			.putFlag(AGAIN, this.isToRunAgain)
			.put(RESULT, this.result)
			.putEnd(this.finishedAt, this.failure);
		return this.stored.with(this.phase, status.toString());
	}

	int number() {
		return this.stored.number();
	}

	String name() {
		return this.stored.name();
	}

	@Nullable JobId job() {
		return this.stored.job();
	}

	boolean isOptional() {
		return content().has(OPTIONAL);
	}

	List<Integer> after() {
		return content().numbers(AFTER);
	}

	Phase phase() {
		return this.phase;
	}

	boolean isFinished() {
		return this.end != null;
	}

	boolean isLive() {
		return this.phase == Phase.LIVE;
	}

	/**
	 * Return whether this is over so that what waits for it can go on.
	 */
	boolean isDone() {
		return this.end == JobState.SUCCEEDED || (this.end != null && isOptional());
	}

	@Nullable JobState end() {
		return this.end;
	}

	@Nullable String result() {
		return this.result;
	}

	@Nullable TaskFailure failure() {
		return this.failure;
	}

	NewJob newJob() {
		NewJob job = JobText.read(content().values());
		return job.withHeaders(new TaskRef(this.stored.workflow(), number()).addTo(job.headers()));
	}

	void addDependent(int number) {
		this.dependents.add(number);
	}

	/**
	 * Return which dependents are to be told next.
	 * @param limit how many at most
	 */
	List<Integer> untold(int limit) {
		return List.copyOf(this.dependents.subList(this.told, Math.min(this.dependents.size(), this.told + limit)));
	}

	void told(int count) {
		this.told += count;
	}

	boolean areAllTold() {
		return !isDone() || this.told == this.dependents.size();
	}

	void becomeReady() {
		this.phase = Phase.READY;
	}

	void release() {
		this.phase = Phase.LIVE;
	}

	void runAgain() {
		this.isToRunAgain = true;
	}

	boolean isToRunAgain() {
		return this.isToRunAgain;
	}

	boolean hasFailedChild() {
		return this.hasFailedChild;
	}

	List<Long> children() {
		return this.children;
	}

	/**
	 * Take note that a workflow has ended.
	 * @return whether this has waited for it
	 */
	boolean childEnded(long child, boolean hasSucceeded) {
		boolean isMine = this.children.remove(child);
		this.hasFailedChild |= isMine && !hasSucceeded;
		return isMine;
	}

	/**
	 * Take note that its job has ended.
	 * @return whether the task has ended, too; otherwise it waits for its children
	 */
	boolean jobEnded(WorkflowSignal.End signal) {
		this.result = signal.result();
		this.finishedAt = signal.at();
		if (signal.failureType() != null) {
			this.failure = new TaskFailure(signal.failureType(), signal.failureMessage());
		}
		if (signal.state() == JobState.SUCCEEDED && !this.children.isEmpty()) {
			return false;
		}
		end(signal.state());
		return true;
	}

	/**
	 * Return whether this waits for nothing but its children, and none is left.
	 */
	boolean isLastChildEnded() {
		return this.children.isEmpty() && this.finishedAt != null && this.end == null;
	}

	/**
	 * End, as the last of its children has.
	 * @param isWanted whether the workflow still runs
	 */
	void childrenEnded(Instant now, boolean isWanted) {
		this.finishedAt = now;
		end((this.hasFailedChild && !isWanted) ? JobState.CANCELLED : JobState.SUCCEEDED);
	}

	private void end(JobState state) {
		this.phase = Phase.ENDED;
		this.end = state;
		if (state == JobState.SUCCEEDED && this.hasFailedChild) {
			this.end = JobState.FAILED;
			this.failure = new TaskFailure(TaskFailure.CHILD_WORKFLOW,
					"A workflow that it has started did not succeed");
		}
	}

	/**
	 * Forget how this ended, so that it can run again.
	 */
	void reset() {
		this.phase = Phase.READY;
		this.end = null;
		this.result = null;
		this.failure = null;
		this.finishedAt = null;
		this.children.clear();
		this.hasFailedChild = false;
		this.isToRunAgain = false;
	}

	TaskStatus toStatus(List<String> namesAfter, WorkflowState workflow) {
		Map<String, String> job = content().values();
		return new TaskStatus(name(), JobText.handler(job), JobText.queue(job), namesAfter, isOptional(),
				state(workflow), job(), this.failure, this.finishedAt);
	}

	private JobState state(WorkflowState workflow) {
		if (this.end != null) {
			return this.end;
		}
		if (isLive()) {
			return JobState.AVAILABLE;
		}
		return workflow.isFinished() ? JobState.CANCELLED : JobState.BLOCKED;
	}

}
