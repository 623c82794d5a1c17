package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * Root of the exceptions that this library throws.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public abstract class JobQueueException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message what happened and what to do next
	 * @param cause the reason, if there is one
	 */
	protected JobQueueException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
