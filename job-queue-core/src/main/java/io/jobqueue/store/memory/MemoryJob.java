package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.JobLimits;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.TaskRef;

/**
 * One job from its enqueue to the end of its retention. Guarded by the lock of its store.
 * What orders a job in a set must not change while it is in that set, so only
 * {@link MemoryJobs} moves jobs from state to state.
 */
final class MemoryJob {

	private static final int MAX_FAILURES = 10;

	private final JobId id;

	private NewJob job;

	private Map<String, String> headers;

	private final Instant createdAt;

	private final Deque<JobFailure> failures = new ArrayDeque<>(0);

	private Instant runAt;

	private @Nullable Instant deadline;

	private JobState state = JobState.AVAILABLE;

	private int attempts;

	private int abandonments;

	private @Nullable MemoryLease lease;

	private boolean cancelRequested;

	private @Nullable Long node;

	private @Nullable Instant startedAt;

	private @Nullable Instant finishedAt;

	private @Nullable JobProgress progress;

	private @Nullable String result;

	MemoryJob(JobId id, NewJob job, Instant createdAt) {
		this.id = id;
		this.job = job;
		this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(job.headers()));
		this.createdAt = createdAt;
		this.runAt = createdAt;
	}

	JobId id() {
		return this.id;
	}

	String handler() {
		return this.job.handler();
	}

	String queue() {
		return this.job.queue();
	}

	int priority() {
		return this.job.priority();
	}

	@Nullable TaskRef task() {
		return this.headers.isEmpty() ? null : TaskRef.of(this.headers);
	}

	@Nullable String result() {
		return this.result;
	}

	JobFailure lastFailure() {
		return this.failures.getLast();
	}

	@Nullable JobLimits limits() {
		return this.job.limits();
	}

	Instant createdAt() {
		return this.createdAt;
	}

	Instant runAt() {
		return this.runAt;
	}

	@Nullable Instant deadline() {
		return this.deadline;
	}

	void setDeadline(@Nullable Instant deadline) {
		this.deadline = deadline;
	}

	boolean isExpired(Instant now) {
		return this.deadline != null && !this.deadline.isAfter(now);
	}

	ExpiredJob expired() {
		return new ExpiredJob(this.id, handler(), queue(), this.attempts, this.job.maxAttempts());
	}

	JobState state() {
		return this.state;
	}

	int abandonments() {
		return this.abandonments;
	}

	@Nullable MemoryLease lease() {
		return this.lease;
	}

	@Nullable Instant claimedAt() {
		return (this.lease != null) ? this.lease.claimedAt() : null;
	}

	boolean isCancelRequested() {
		return this.cancelRequested;
	}

	boolean isWaiting() {
		return this.state == JobState.SCHEDULED || this.state == JobState.AVAILABLE;
	}

	boolean isFailed() {
		return this.state == JobState.FAILED;
	}

	/**
	 * Return the end of this finished job.
	 * @return the time of the end
	 */
	Instant finishedAt() {
		Instant end = this.finishedAt;
		if (end == null) {
			throw new IllegalStateException("Job " + this.id + " is not finished");
		}
		return end;
	}

	/**
	 * Take over what another enqueue of the same key says.
	 * @param other what is wanted now
	 */
	void become(NewJob other) {
		this.job = other;
		this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(other.headers()));
		this.attempts = 0;
	}

	void moveTo(String queue) {
		this.job = new NewJob(this.job.handler(), queue, this.job.priority(), this.job.maxAttempts(),
				this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(), this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline());
	}

	void becomeWaiting(JobState waiting, Instant dueAt) {
		this.state = waiting;
		this.runAt = dueAt;
		this.lease = null;
		this.startedAt = null;
		this.finishedAt = null;
		this.progress = null;
	}

	void becomeRunning(MemoryLease claim) {
		this.state = JobState.RUNNING;
		this.lease = claim;
		this.node = claim.node().id();
	}

	void becomeFinished(JobState end, @Nullable Instant start, Instant now) {
		this.state = end;
		this.lease = null;
		this.cancelRequested = false;
		this.startedAt = start;
		this.finishedAt = now;
	}

	void requestCancel() {
		this.cancelRequested = true;
	}

	boolean isLeasedTo(long holder) {
		return this.lease != null && this.lease.node().id() == holder;
	}

	void report(JobProgress report) {
		this.progress = report;
	}

	void returned(@Nullable String json) {
		this.result = json;
	}

	void countAttempt() {
		this.attempts++;
	}

	void countAbandonment() {
		this.abandonments++;
	}

	void forgetAbandonments() {
		this.abandonments = 0;
	}

	void forgetAttempts() {
		this.attempts = 0;
	}

	void failed(Outcome.Failure failure, Instant now) {
		if (this.failures.size() == MAX_FAILURES) {
			this.failures.removeFirst();
		}
		this.failures
			.addLast(new JobFailure(this.attempts, now, failure.type(), failure.message(), failure.stackTrace()));
	}

	ClaimedJob claimed(MemoryLease claim, boolean isLimited, Instant now) {
		return new ClaimedJob(this.id, claim.id(), handler(), queue(), priority(), this.attempts,
				this.job.maxAttempts(), this.abandonments, this.job.arguments(), this.headers, this.createdAt,
				this.runAt, this.job.timeout(), this.job.backoff(), isLimited || this.job.limits() != null,
				isExpired(now));
	}

	JobRecord toRecord() {
		return new JobRecord(this.id, handler(), queue(), this.state, priority(), this.attempts, this.job.maxAttempts(),
				this.abandonments, this.job.arguments(), this.headers, this.createdAt, this.runAt, this.startedAt,
				this.finishedAt, this.node, this.progress, this.result, List.copyOf(this.failures), limits(),
				this.state.isFinished() ? null : this.deadline);
	}

}
