package io.jobqueue.worker;

import org.jspecify.annotations.Nullable;

/**
 * Recorded as the failure of an attempt that took longer than its timeout.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobTimeoutException extends RuntimeException {

	JobTimeoutException() {
		this(null);
	}

	JobTimeoutException(@Nullable Throwable cause) {
		super("The attempt took longer than its timeout", cause);
	}

}
