package io.jobqueue.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a leased job ended, to be settled by the store.
 *
 * @param job the job
 * @param kind how it ended
 * @param delay for a retry or a snooze, how long after the store's now it is due again;
 * zero for at once
 * @param failure for a retry, a failure, or a cancellation with a reason: what to record
 * @param result for a success: what the handler returned, as JSON, or {@code null} for
 * nothing
 * @param elapsed how long it ran; the start is recorded as this long before the
 * settlement
 * @since 0.1.0
 */
public record Outcome(ClaimedJob job, Kind kind, @Nullable Duration delay, @Nullable Failure failure,
		@Nullable String result, Duration elapsed) {

	/**
	 * The ways in which a leased job can end.
	 */
	public enum Kind {

		/** It returned normally. */
		SUCCEEDED,

		/** An attempt failed, and others are left. */
		RETRY,

		/** It failed for good. */
		FAILED,

		/** It was called off, by somebody or by itself. */
		CANCELLED,

		/** It asked to be run later, which counts as no attempt. */
		SNOOZED,

		/** It was given back, which counts as no attempt. */
		RELEASED,

		/**
		 * It failed for good without having been run, because it was claimed after its
		 * deadline. That counts as no attempt.
		 */
		EXPIRED

	}

	/**
	 * What is recorded of a failed attempt. The time is added by the store.
	 *
	 * @param type the class name of what was thrown
	 * @param message its message, bounded
	 * @param stackTrace its stack trace, bounded
	 */
	public record Failure(String type, @Nullable String message, String stackTrace) {
	}

	/**
	 * Return the outcome of a job that returned normally.
	 * @param job the job
	 * @param result what it returned as JSON, or {@code null} for nothing
	 * @param elapsed how long it ran
	 * @return the outcome
	 */
	public static Outcome succeeded(ClaimedJob job, @Nullable String result, Duration elapsed) {
		return new Outcome(job, Kind.SUCCEEDED, null, null, result, elapsed);
	}

	/**
	 * Return the outcome of a failed attempt that is to be made again.
	 * @param job the job
	 * @param delay how long to wait
	 * @param failure why it failed
	 * @param elapsed how long it ran
	 * @return the outcome
	 */
	public static Outcome retry(ClaimedJob job, Duration delay, Failure failure, Duration elapsed) {
		return new Outcome(job, Kind.RETRY, delay, failure, null, elapsed);
	}

	/**
	 * Return the outcome of a job that failed for good.
	 * @param job the job
	 * @param failure why it failed
	 * @param elapsed how long it ran
	 * @return the outcome
	 */
	public static Outcome failed(ClaimedJob job, Failure failure, Duration elapsed) {
		return new Outcome(job, Kind.FAILED, null, failure, null, elapsed);
	}

	/**
	 * Return the outcome of a job that was called off.
	 * @param job the job
	 * @param reason why, or {@code null} if somebody cancelled it
	 * @param elapsed how long it ran
	 * @return the outcome
	 */
	public static Outcome cancelled(ClaimedJob job, @Nullable Failure reason, Duration elapsed) {
		return new Outcome(job, Kind.CANCELLED, null, reason, null, elapsed);
	}

	/**
	 * Return the outcome of a job that wants to run later.
	 * @param job the job
	 * @param delay how long to wait
	 * @param elapsed how long it ran
	 * @return the outcome
	 */
	public static Outcome snoozed(ClaimedJob job, Duration delay, Duration elapsed) {
		return new Outcome(job, Kind.SNOOZED, delay, null, null, elapsed);
	}

	/**
	 * Return the outcome of a job that is given back.
	 * @param job the job
	 * @return the outcome
	 */
	public static Outcome released(ClaimedJob job) {
		return new Outcome(job, Kind.RELEASED, null, null, null, Duration.ZERO);
	}

	/**
	 * Return the outcome of a job that was claimed after its deadline.
	 * @param job the job
	 * @return the outcome
	 */
	public static Outcome expired(ClaimedJob job) {
		return new Outcome(job, Kind.EXPIRED, null, ExpiredJob.FAILURE, null, Duration.ZERO);
	}

	/**
	 * Return whether this outcome makes the job available again at once.
	 * @return {@code true} for a release, and for a retry or a snooze without delay
	 */
	public boolean isBackAtOnce() {
		return this.kind == Kind.RELEASED || (this.delay != null && (this.delay.isZero() || this.delay.isNegative()));
	}

	/**
	 * Return whether this may be the end of a task of a workflow.
	 * @return {@code true} if the job is a task
	 */
	public boolean isOfTask() {
		return this.job.headers().containsKey(TaskRef.HEADER);
	}

	@Override
	public String toString() {
		return this.job + " " + this.kind;
	}

}
