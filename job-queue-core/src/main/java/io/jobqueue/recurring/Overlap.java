package io.jobqueue.recurring;

/**
 * What happens at a firing time when the job of the last one has not ended yet: it still
 * waits, runs, or waits for its next attempt.
 *
 * @since 0.1.0
 */
public enum Overlap {

	/**
	 * The firing time gets its job, and both may run at the same time.
	 */
	ALLOW,

	/**
	 * The firing time gets no job, and {@link RecurringJob#lastSkippedAt()} tells so.
	 */
	SKIP,

	/**
	 * The firing waits until that job has ended, give or take a second. What became due
	 * meanwhile is treated as {@link Misfire} says: with {@link Misfire#ALL} the jobs run
	 * one after the other, otherwise one job stands for all of them.
	 */
	QUEUE

}
