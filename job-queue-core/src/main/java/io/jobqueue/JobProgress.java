package io.jobqueue;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * How far a running handler says that it is.
 *
 * @param percent from 0 to 100
 * @param message what it is doing, at most {@value #MAX_MESSAGE_LENGTH} characters are
 * kept
 * @since 0.1.0
 */
public record JobProgress(int percent, @Nullable String message) {

	/**
	 * The length that a message is cut to.
	 */
	public static final int MAX_MESSAGE_LENGTH = 255;

	/**
	 * Create a progress report.
	 */
	public JobProgress {
		Assert.isTrue(percent >= 0 && percent <= 100, () -> "'percent' must be from 0 to 100, not " + percent);
		if (message != null && message.length() > MAX_MESSAGE_LENGTH) {
			message = message.substring(0, MAX_MESSAGE_LENGTH);
		}
	}

}
