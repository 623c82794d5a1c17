package io.jobqueue;

import java.io.Serializable;

import org.springframework.util.Assert;

/**
 * Identity of a job: assigned by the store at enqueue, unchanged by retries, never used
 * again. Greater ids were accepted later by the same queue, which makes ids the order of
 * arrival.
 *
 * @param value the number, at least 1
 * @since 0.1.0
 */
public record JobId(long value) implements Comparable<JobId>, Serializable {

	/**
	 * Create an id from its number.
	 */
	public JobId {
		Assert.isTrue(value > 0, () -> "A job id must be positive, not " + value);
	}

	/**
	 * Return the id with the given number.
	 * @param value the number, at least 1
	 * @return the id
	 */
	public static JobId of(long value) {
		return new JobId(value);
	}

	/**
	 * Return the id that a text such as {@code "42"} stands for; the inverse of
	 * {@link #toString()}.
	 * @param text decimal digits
	 * @return the id
	 * @throws IllegalArgumentException if the text is no positive number
	 */
	public static JobId parse(String text) {
		try {
			return new JobId(Long.parseLong(text));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("Not a job id: '" + text + "' (a job id is a positive number)", ex);
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
