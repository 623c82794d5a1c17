package io.jobqueue.worker;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Settings of the ephemeral jobs of one node.
 *
 * @param capacity how many jobs this node holds at most: those that wait, those that run
 * and those that will be retried; at least 1
 * @param concurrency how many of them run at once, at least 1
 * @param onFull what to do with a job for which there is no room
 * @param maxWait how long an enqueue waits for room, if it is to wait
 * @param shutdownTimeout how long the jobs get to end when the node stops, before those
 * that run are interrupted and the others are lost
 * @since 0.1.0
 */
public record EphemeralOptions(int capacity, int concurrency, OnFull onFull, Duration maxWait,
		Duration shutdownTimeout) {

	/**
	 * What is used unless something else is configured: 10,000 jobs, 10 at once, waiting
	 * up to 10 s for room.
	 */
	public static final EphemeralOptions DEFAULT = new EphemeralOptions(10_000, 10, OnFull.BLOCK,
			Duration.ofSeconds(10), Duration.ofSeconds(25));

	/**
	 * Create settings.
	 */
	public EphemeralOptions {
		Assert.isTrue(capacity >= 1, () -> "'capacity' must be at least 1, not " + capacity);
		Assert.isTrue(concurrency >= 1, () -> "'concurrency' must be at least 1, not " + concurrency);
		Assert.isTrue(!maxWait.isNegative(), "'maxWait' must not be negative");
		Assert.isTrue(!shutdownTimeout.isNegative(), "'shutdownTimeout' must not be negative");
	}

	/**
	 * What to do with a job for which there is no room.
	 */
	public enum OnFull {

		/**
		 * Let the enqueue wait for room, and throw if there is none in time.
		 */
		BLOCK,

		/**
		 * Drop the job; the enqueue returns an id as if nothing were wrong.
		 */
		DROP,

		/**
		 * Let the enqueue throw a {@link io.jobqueue.JobRejectedException} at once.
		 */
		THROW

	}

}
