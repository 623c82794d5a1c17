package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * The store could not be reached, or answered something that makes no sense. Nothing is
 * known to have been changed by the call that threw it: an enqueue that throws was not
 * accepted, or its transaction will not commit.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobStoreException extends JobQueueException {

	/**
	 * Create an exception.
	 * @param message what happened and what to do next
	 * @param cause the reason, if there is one
	 */
	public JobStoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
