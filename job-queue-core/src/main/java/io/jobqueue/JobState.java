package io.jobqueue;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a job is in its life. The legal transitions are data, see {@link #successors()};
 * {@code docs/job-lifecycle.md} draws them.
 *
 * @since 0.1.0
 */
public enum JobState {

	/**
	 * Waits for other jobs of its workflow.
	 */
	BLOCKED,

	/**
	 * Waits for its due time: enqueued for later, snoozed, or a failed attempt that will
	 * be retried.
	 */
	SCHEDULED,

	/**
	 * Due and waiting for a free worker.
	 */
	AVAILABLE,

	/**
	 * Leased to a node.
	 */
	RUNNING,

	/**
	 * Finished normally.
	 */
	SUCCEEDED,

	/**
	 * Finished for good without success: out of attempts, undecodable, or abandoned too
	 * often. Kept as a dead letter until it is retried by hand, deleted, or its retention
	 * ends.
	 */
	FAILED,

	/**
	 * Finished because somebody, or the handler itself, called it off.
	 */
	CANCELLED;

	/**
	 * Return the states that a job in this state may change to.
	 * @return the legal next states; for {@link #FAILED} and {@link #CANCELLED} only what
	 * a retry by hand leads to
	 */
	public Set<JobState> successors() {
		return switch (this) {
			case BLOCKED -> EnumSet.of(SCHEDULED, AVAILABLE, FAILED, CANCELLED);
			case SCHEDULED -> EnumSet.of(AVAILABLE, FAILED, CANCELLED);
			case AVAILABLE -> EnumSet.of(SCHEDULED, RUNNING, FAILED, CANCELLED);
			case RUNNING -> EnumSet.of(SCHEDULED, AVAILABLE, SUCCEEDED, FAILED, CANCELLED);
			case SUCCEEDED -> EnumSet.noneOf(JobState.class);
			case FAILED, CANCELLED -> EnumSet.of(AVAILABLE);
		};
	}

	/**
	 * Return whether a job may change from this state to another in one step.
	 * @param next the state to change to
	 * @return {@code true} if the step is legal
	 */
	public boolean canBecome(JobState next) {
		return successors().contains(next);
	}

	/**
	 * Return whether a job in this state will not run again by itself.
	 * @return {@code true} for {@link #SUCCEEDED}, {@link #FAILED} and {@link #CANCELLED}
	 */
	public boolean isFinished() {
		return this == SUCCEEDED || this == FAILED || this == CANCELLED;
	}

}
