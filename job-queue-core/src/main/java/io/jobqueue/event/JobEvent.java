package io.jobqueue.event;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * Something that has happened to a job on this node, and is recorded in the store.
 *
 * @param type what happened
 * @param id the job
 * @param handler the name of its handler
 * @param queue the queue it came from
 * @param attempt the attempt, from 1
 * @param maxAttempts the number of attempts after which it fails for good
 * @param elapsed how long the attempt ran
 * @param failure what the attempt threw, if it did
 * @since 0.1.0
 */
public record JobEvent(Type type, JobId id, String handler, String queue, int attempt, int maxAttempts,
		Duration elapsed, @Nullable Throwable failure) {

	/**
	 * What can happen.
	 */
	public enum Type {

		/** The job succeeded. */
		SUCCEEDED,

		/** An attempt failed, and another will follow. */
		RETRIED,

		/** The job failed for good. */
		FAILED,

		/** The job was called off. */
		CANCELLED,

		/** The handler asked to be called later. */
		SNOOZED,

		/**
		 * The job was given back, because this node stops or does not know its handler.
		 */
		RELEASED,

		/**
		 * The job failed for good without having been run, because nobody had started it
		 * before its deadline. The attempt is the one that was not made.
		 */
		EXPIRED,

		/**
		 * The job no longer belonged to this node when it ended; the outcome was refused.
		 */
		LEASE_LOST;

		/**
		 * Return the word for this in metrics and observations.
		 * @return {@code success}, {@code retry} or {@code failure}; of all others the
		 * name in lower case
		 */
		public String outcome() {
			return switch (this) {
				case SUCCEEDED -> "success";
				case RETRIED -> "retry";
				case FAILED -> "failure";
				default -> name().toLowerCase(Locale.ROOT);
			};
		}

	}

}
