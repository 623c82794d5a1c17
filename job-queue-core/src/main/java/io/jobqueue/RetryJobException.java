package io.jobqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Thrown by a handler to say: this attempt failed, try again after exactly this delay
 * ("retry after"). It counts as an attempt; the last attempt fails for good as with any
 * other exception.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class RetryJobException extends RuntimeException {

	private final Duration delay;

	/**
	 * Create an instruction to retry.
	 * @param delay how long to wait, zero for at once
	 */
	public RetryJobException(Duration delay) {
		this(delay, null);
	}

	/**
	 * Create an instruction to retry that keeps its reason.
	 * @param delay how long to wait, zero for at once
	 * @param cause why the attempt failed; recorded with the attempt
	 */
	public RetryJobException(Duration delay, @Nullable Throwable cause) {
		super("Retry after " + delay, cause);
		Assert.isTrue(!delay.isNegative(), "'delay' must not be negative");
		this.delay = delay;
	}

	/**
	 * Return how long to wait.
	 * @return the delay, not negative
	 */
	public Duration getDelay() {
		return this.delay;
	}

}
