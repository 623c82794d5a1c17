package io.jobqueue;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * How many jobs may run at once, how many may start within a time, or both. It holds on
 * all nodes together, among the jobs of one queue.
 *
 * @param maxConcurrent how many may run at once, at least 1, or {@code null} for any
 * number
 * @param rate how many may start within a time, or {@code null} for any number
 * @since 0.1.0
 */
public record JobLimit(@Nullable Integer maxConcurrent, @Nullable RateLimit rate) {

	/**
	 * No limit at all.
	 */
	public static final JobLimit NONE = new JobLimit(null, null);

	/**
	 * Create a limit.
	 */
	public JobLimit {
		Assert.isTrue(maxConcurrent == null || maxConcurrent >= 1,
				() -> "At least 1 job must be allowed to run, not " + maxConcurrent);
	}

	/**
	 * Return a limit to the number of jobs that run at once.
	 * @param max how many, at least 1
	 * @return the limit
	 */
	public static JobLimit concurrency(int max) {
		return new JobLimit(max, null);
	}

	/**
	 * Return a limit to the number of jobs that start within a time.
	 * @param rate how many
	 * @return the limit
	 */
	public static JobLimit rate(RateLimit rate) {
		return new JobLimit(null, rate);
	}

	/**
	 * Return whether this limits nothing.
	 * @return {@code true} if neither number is set
	 */
	public boolean isNone() {
		return this.maxConcurrent == null && this.rate == null;
	}

}
