package io.jobqueue.retry;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Decides how long to wait before a failed job is tried again. The number of attempts is
 * not its business: it is only asked while attempts are left. Implementations must be
 * thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RetryPolicy {

	/**
	 * Return the delay before the next attempt.
	 * @param failedAttempts how many attempts have failed so far, at least 1
	 * @param failure what the last attempt threw
	 * @return the delay, zero for at once, or {@code null} to give up and fail the job
	 * for good
	 */
	@Nullable Duration delay(int failedAttempts, Throwable failure);

	/**
	 * Return the policy that gives up after the first failure.
	 * @return the policy
	 */
	static RetryPolicy none() {
		return (failedAttempts, failure) -> null;
	}

}
