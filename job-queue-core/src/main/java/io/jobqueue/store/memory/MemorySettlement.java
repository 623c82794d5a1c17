package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;

/**
 * The end of a lease: by an outcome, or because its node is gone. Guarded by the lock of
 * its store.
 */
final class MemorySettlement {

	private static final Outcome.Failure ABANDONED = new Outcome.Failure(Rescue.ABANDONED, Rescue.ABANDONED_MESSAGE,
			"");

	private final MemoryJobs jobs;

	MemorySettlement(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	/**
	 * Record an outcome if the lease of its job is still there.
	 * @param outcome the outcome
	 * @param now the time
	 * @return whether it was recorded
	 */
	boolean settle(Outcome outcome, Instant now) {
		MemoryJob job = this.jobs.find(outcome.job().id());
		if (job == null || job.lease() == null || job.lease().id() != outcome.job().lease()) {
			return false;
		}
		countAttempt(job, outcome, now);
		JobState end = endOf(job, outcome.kind());
		if (end != null) {
			this.jobs.finish(job, end, now.minus(outcome.elapsed()), now);
		}
		else if (outcome.kind() == Outcome.Kind.RELEASED) {
			this.jobs.putBack(job, job.runAt(), now, false);
		}
		else {
			job.forgetAbandonments();
			Duration delay = outcome.delay();
			this.jobs.putBack(job, (delay != null) ? MemoryJobs.notBefore(now, now.plus(delay)) : now, now,
					outcome.kind() == Outcome.Kind.RETRY && job.limits() != null && job.limits().isKeyHeldOnRetry());
		}
		return true;
	}

	/**
	 * Give a job back, uncounted.
	 * @param job a running job
	 * @param now the time
	 */
	void release(MemoryJob job, Instant now) {
		if (job.isCancelRequested()) {
			this.jobs.finish(job, JobState.CANCELLED, null, now);
		}
		else {
			this.jobs.putBack(job, job.runAt(), now, false);
		}
	}

	/**
	 * Take a job from a node that died.
	 * @param job a running job
	 * @param now the time
	 */
	void abandon(MemoryJob job, Instant now) {
		job.countAbandonment();
		if (!job.isCancelRequested() && job.abandonments() >= Rescue.MAX_ABANDONMENTS) {
			job.failed(ABANDONED, now);
			this.jobs.finish(job, JobState.FAILED, null, now);
		}
		else {
			release(job, now);
		}
	}

	private static void countAttempt(MemoryJob job, Outcome outcome, Instant now) {
		if (outcome.kind() != Outcome.Kind.RELEASED && outcome.kind() != Outcome.Kind.SNOOZED
				&& outcome.kind() != Outcome.Kind.EXPIRED) {
			job.countAttempt();
		}
		if (outcome.failure() != null) {
			job.failed(outcome.failure(), now);
		}
		job.returned(outcome.result());
	}

	private static @Nullable JobState endOf(MemoryJob job, Outcome.Kind kind) {
		return switch (kind) {
			case SUCCEEDED -> JobState.SUCCEEDED;
			case FAILED, EXPIRED -> JobState.FAILED;
			case CANCELLED -> JobState.CANCELLED;
			case RETRY, SNOOZED, RELEASED -> job.isCancelRequested() ? JobState.CANCELLED : null;
		};
	}

}
