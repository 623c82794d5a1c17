package io.jobqueue;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Thrown by a handler to say: not now, run me again after this delay. It does not count
 * as an attempt and is no failure.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class SnoozeJobException extends RuntimeException {

	private final Duration delay;

	/**
	 * Create an instruction to snooze.
	 * @param delay how long to wait, zero for at once
	 */
	public SnoozeJobException(Duration delay) {
		super("Snooze for " + delay);
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
