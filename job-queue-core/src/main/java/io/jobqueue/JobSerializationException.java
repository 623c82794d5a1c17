package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * Arguments or a result could not be written as JSON, or arguments could not be read as
 * the types that the handler declares. Messages name types and positions, never values.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobSerializationException extends JobQueueException {

	/**
	 * Create an exception.
	 * @param message what happened and what to do next
	 * @param cause the reason, if there is one
	 */
	public JobSerializationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
