package io.jobqueue.test.model;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;

/**
 * What the model knows of one job. It is waiting, leased, or finished.
 */
final class ModelJob implements Comparable<ModelJob> {

	static final int MAX_FAILURES = 10;

	final JobId id;

	/** What was enqueued last with its unique key. */
	NewJob job;

	/** All leases that it ever had, in order. */
	final List<ClaimedJob> claims = new ArrayList<>();

	/** The numbers of its failed attempts. */
	final List<Integer> failures = new ArrayList<>();

	int attempts;

	int abandonments;

	/** The minute since which it is due. */
	long due;

	/** Whether it became due by the passing of time, since it last began to wait. */
	boolean becameDue;

	boolean isCancelRequested;

	@Nullable ClaimedJob lease;

	/** The node of the lease. */
	long node;

	@Nullable JobProgress progress;

	/** Whether its lease is marked. */
	boolean isMarked;

	/** Whether the store has not had the choice to ignore the last report. */
	boolean isProgressSure = true;

	@Nullable JobState end;

	private final int label;

	ModelJob(int label, JobId id, NewJob job) {
		this.label = label;
		this.id = id;
		this.job = job;
	}

	boolean isWaiting() {
		return this.lease == null && this.end == null;
	}

	boolean isSuspect() {
		return this.abandonments > 0;
	}

	boolean isLeasedTo(long candidate) {
		return this.lease != null && this.node == candidate;
	}

	JobState state(long now) {
		if (this.end != null) {
			return this.end;
		}
		if (this.lease != null) {
			return JobState.RUNNING;
		}
		return (this.due > now) ? JobState.SCHEDULED : JobState.AVAILABLE;
	}

	void await(long dueAt, long now) {
		endLease();
		this.end = null;
		this.due = Math.max(dueAt, now);
		this.becameDue = dueAt > now;
	}

	void lease(ClaimedJob claim, long holder) {
		this.claims.add(claim);
		this.lease = claim;
		this.node = holder;
	}

	void finish(JobState state) {
		endLease();
		this.isCancelRequested = false;
		this.end = state;
	}

	private void endLease() {
		this.lease = null;
		this.progress = null;
		this.isMarked = false;
		this.isProgressSure = true;
	}

	void fail() {
		this.failures.add(this.attempts);
		if (this.failures.size() > MAX_FAILURES) {
			this.failures.remove(0);
		}
	}

	/**
	 * Compare by the order in which jobs of a queue are claimed.
	 */
	@Override
	public int compareTo(ModelJob other) {
		int byPriority = Integer.compare(other.job.priority(), this.job.priority());
		return (byPriority != 0) ? byPriority : this.id.compareTo(other.id);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return this.id.hashCode();
	}

	@Override
	public String toString() {
		return "j" + this.label + " (id " + this.id + ")";
	}

}
