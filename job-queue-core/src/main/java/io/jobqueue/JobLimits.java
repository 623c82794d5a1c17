package io.jobqueue;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The limits that a job is subject to besides those of its queue. It waits for its key
 * first, then for its handler.
 *
 * @param key the concurrency key that it counts under, among all jobs of its queue, or
 * {@code null}
 * @param keyLimit the limit of the key; {@link JobLimit#NONE} without a key
 * @param isKeyHeldOnRetry whether it goes on counting under its key while it waits for
 * its next attempt after a failure, so that no other overtakes it
 * @param handlerLimit the limit of its handler's jobs in its queue; {@link JobLimit#NONE}
 * for none
 * @since 0.1.0
 */
public record JobLimits(@Nullable String key, JobLimit keyLimit, boolean isKeyHeldOnRetry, JobLimit handlerLimit) {

	/**
	 * Create limits.
	 */
	public JobLimits {
		Assert.isTrue(key == null || (!key.isEmpty() && key.length() <= JobKeys.MAX_LENGTH),
				() -> "A concurrency key must have 1 to " + JobKeys.MAX_LENGTH + " characters");
		Assert.isTrue((key == null) == keyLimit.isNone(), "A concurrency key and a limit for it go together");
		Assert.isTrue(key != null || !handlerLimit.isNone(), "There must be a limit for the key or for the handler");
	}

	/**
	 * Return the limits of a job that only its key limits.
	 * @param key the key
	 * @param limit the limit
	 * @return the limits; a limit of 1 is held while the job waits for its next attempt
	 */
	public static JobLimits ofKey(String key, JobLimit limit) {
		Integer max = limit.maxConcurrent();
		return new JobLimits(key, limit, max != null && max == 1, JobLimit.NONE);
	}

	/**
	 * Return the limits of a job that only its handler limits.
	 * @param limit the limit
	 * @return the limits
	 */
	public static JobLimits ofHandler(JobLimit limit) {
		return new JobLimits(null, JobLimit.NONE, false, limit);
	}

}
