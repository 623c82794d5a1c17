package io.jobqueue;

import java.io.Serializable;

import org.springframework.util.Assert;

/**
 * Identity of a job: assigned by the store at enqueue, unchanged by retries, never used
 * again. Greater ids were accepted later by the same queue, which makes ids the order of
 * arrival.
 * <p>
 * An ephemeral job, which no store knows, has a negative number, counted down from -1 on
 * its node; it means something until that node is started again, and nothing elsewhere.
 *
 * @param value the number, not 0
 * @since 0.1.0
 */
public record JobId(long value) implements Comparable<JobId>, Serializable {

	/**
	 * Create an id from its number.
	 */
	public JobId {
		Assert.isTrue(value != 0, "A job id must not be 0");
	}

	/**
	 * Return the id with the given number.
	 * @param value the number, not 0
	 * @return the id
	 */
	public static JobId of(long value) {
		return new JobId(value);
	}

	/**
	 * Return the id of an ephemeral job.
	 * @param arrival the how manieth of its node it is, from 1
	 * @return the id
	 */
	public static JobId ephemeral(long arrival) {
		return new JobId(-arrival);
	}

	/**
	 * Return whether this is the id of an ephemeral job, which only its node knows.
	 * @return {@code true} if no store knows the job
	 */
	public boolean isEphemeral() {
		return this.value < 0;
	}

	/**
	 * Return the place of the job among others of its kind, by arrival.
	 * @return a number, at least 1; greater ones were accepted later
	 */
	public long arrival() {
		return Math.abs(this.value);
	}

	/**
	 * Return the id that a text such as {@code "42"} stands for; the inverse of
	 * {@link #toString()}.
	 * @param text decimal digits, after a minus sign for an ephemeral job
	 * @return the id
	 * @throws IllegalArgumentException if the text is no such number
	 */
	public static JobId parse(String text) {
		try {
			return new JobId(Long.parseLong(text));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("Not a job id: '" + text + "' (a job id is a whole number)", ex);
		}
	}

	@Override
	public int compareTo(JobId other) {
		return Long.compare(this.value, other.value);
	}

	@Override
	public String toString() {
		return Long.toString(this.value);
	}

}
