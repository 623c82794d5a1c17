package io.jobqueue.store;

import java.time.Duration;

import org.springframework.util.Assert;

import io.jobqueue.JobState;

/**
 * How long finished jobs are kept, and how many, by state. Stores may keep them up to a
 * day longer, and more of them between two {@linkplain JobStore#prune() prunes}. Zero for
 * the age of succeeded and cancelled jobs means that they leave no trace.
 *
 * @param succeeded how long succeeded jobs are kept
 * @param failed how long failed jobs are kept, at least a day: they are dead letters
 * somebody should see
 * @param cancelled how long cancelled jobs are kept
 * @param maxSucceeded how many succeeded jobs of all queues are kept, at least 1, or
 * {@link #UNLIMITED}
 * @param maxFailed how many failed jobs of all queues are kept, at least 1, or
 * {@link #UNLIMITED}
 * @param maxCancelled how many cancelled jobs of all queues are kept, at least 1, or
 * {@link #UNLIMITED}
 * @since 0.1.0
 */
public record Retention(Duration succeeded, Duration failed, Duration cancelled, long maxSucceeded, long maxFailed,
		long maxCancelled) {

	/**
	 * The number of jobs that means any number.
	 */
	public static final long UNLIMITED = Long.MAX_VALUE;

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
		Assert.isTrue(maxSucceeded >= 1,
				"The number of succeeded jobs to keep must be at least 1; to keep none, set their retention to 0");
		Assert.isTrue(maxFailed >= 1,
				"The number of failed jobs to keep must be at least 1: they are the only trace of what went wrong");
		Assert.isTrue(maxCancelled >= 1,
				"The number of cancelled jobs to keep must be at least 1; to keep none, set their retention to 0");
	}

	/**
	 * Create a retention by age only.
	 * @param succeeded how long succeeded jobs are kept
	 * @param failed how long failed jobs are kept, at least a day
	 * @param cancelled how long cancelled jobs are kept
	 */
	public Retention(Duration succeeded, Duration failed, Duration cancelled) {
		this(succeeded, failed, cancelled, UNLIMITED, UNLIMITED, UNLIMITED);
	}

	/**
	 * Return the same retention with another number of succeeded jobs.
	 * @param value how many are kept, at least 1
	 * @return the retention
	 */
	public Retention withMaxSucceeded(long value) {
		return new Retention(this.succeeded, this.failed, this.cancelled, value, this.maxFailed, this.maxCancelled);
	}

	/**
	 * Return the same retention with another number of failed jobs.
	 * @param value how many are kept, at least 1
	 * @return the retention
	 */
	public Retention withMaxFailed(long value) {
		return new Retention(this.succeeded, this.failed, this.cancelled, this.maxSucceeded, value, this.maxCancelled);
	}

	/**
	 * Return the same retention with another number of cancelled jobs.
	 * @param value how many are kept, at least 1
	 * @return the retention
	 */
	public Retention withMaxCancelled(long value) {
		return new Retention(this.succeeded, this.failed, this.cancelled, this.maxSucceeded, this.maxFailed, value);
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
			default -> throw live(state);
		};
	}

	/**
	 * Return how many jobs that finished in a state are kept, over all queues.
	 * @param state a finished state
	 * @return the number, at least 1, or {@link #UNLIMITED}
	 */
	public long max(JobState state) {
		return switch (state) {
			case SUCCEEDED -> this.maxSucceeded;
			case FAILED -> this.maxFailed;
			case CANCELLED -> this.maxCancelled;
			default -> throw live(state);
		};
	}

	private static IllegalArgumentException live(JobState state) {
		return new IllegalArgumentException(state + " jobs are live, they have no retention");
	}

}
