package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * An ephemeral job was not accepted: this node has no room for it, has stopped, or runs
 * no jobs at all. Nothing has been enqueued by the call that threw it.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobRejectedException extends JobQueueException {

	/**
	 * Create an exception.
	 * @param message what happened and what to do next
	 * @param cause the reason, if there is one
	 */
	public JobRejectedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
