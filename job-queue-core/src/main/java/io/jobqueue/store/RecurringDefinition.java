package io.jobqueue.store;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * The definition of a recurring job as a store keeps it. Times are kept to the
 * millisecond at least.
 *
 * @param name its name, unique in the store
 * @param queue the queue of its jobs
 * @param version a number that is another one after each change, so that a change is
 * refused if somebody else was faster; from 1 to less than 2<sup>48</sup>
 * @param dueAt when somebody has to look at it, or {@code null} for never
 * @param nextAt its next firing time, or {@code null} if there is none
 * @param lastAt its last firing time that got a job, or {@code null} if there was none
 * @param lastJob the last job that was made of it, which the store fills in, or
 * {@code null}
 * @param content what else is to be known, which no store looks at
 * @since 0.1.0
 */
public record RecurringDefinition(String name, String queue, long version, @Nullable Instant dueAt,
		@Nullable Instant nextAt, @Nullable Instant lastAt, @Nullable JobId lastJob, String content) {

	private static final long VERSIONS = 1L << 48;

	/**
	 * Return a number for a new version. It is random: a definition that is removed and
	 * comes back does not begin to count again, so nobody takes it for the old one.
	 * @return the number
	 */
	public static long newVersion() {
		return ThreadLocalRandom.current().nextLong(1, VERSIONS);
	}

}
