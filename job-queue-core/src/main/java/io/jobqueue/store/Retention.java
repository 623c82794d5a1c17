package io.jobqueue.store;

import java.time.Duration;

import org.springframework.util.Assert;

import io.jobqueue.JobState;

/**
 * How long finished jobs are kept, by state. Stores may keep them up to a day longer.
 * Zero for succeeded and cancelled jobs means that they leave no trace.
 *
 * @param succeeded how long succeeded jobs are kept
 * @param failed how long failed jobs are kept, at least a day: they are dead letters
 * somebody should see
 * @param cancelled how long cancelled jobs are kept
 * @since 0.1.0
 */
public record Retention(Duration succeeded, Duration failed, Duration cancelled) {

	/**
	 * What is used unless something else is configured.
	 */
	public static final Retention DEFAULT = new Retention(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7));

	/**
	 * Create a retention.
	 */
	public Retention {
		Assert.isTrue(!succeeded.isNegative(), "The retention of succeeded jobs must not be negative");
		Assert.isTrue(failed.compareTo(Duration.ofDays(1)) >= 0,
				"The retention of failed jobs must be at least one day: they are the only trace of what went wrong");
		Assert.isTrue(!cancelled.isNegative(), "The retention of cancelled jobs must not be negative");
	}

	/**
	 * Return how long jobs that finished in a state are kept.
	 * @param state a finished state
	 * @return the duration
	 */
	public Duration of(JobState state) {
		return switch (state) {
			case SUCCEEDED -> this.succeeded;
			case FAILED -> this.failed;
			case CANCELLED -> this.cancelled;
			default -> throw new IllegalArgumentException(state + " jobs are live, they have no retention");
		};
	}

}
