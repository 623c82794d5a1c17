package io.jobqueue.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobLimits;

/**
 * A job as it is handed to a store: complete and checked.
 *
 * @param handler name of the handler
 * @param queue name of the queue
 * @param priority higher runs first
 * @param maxAttempts number of attempts after which it fails for good
 * @param arguments the arguments as JSON array
 * @param headers the headers, by name
 * @param delay how long after the store's now it is due, or {@code null}; not together
 * with {@code runAt}
 * @param runAt when it is due, or {@code null}; without delay and instant it is due at
 * once
 * @param timeout the time one attempt may take, or {@code null} for what the handler says
 * @param backoff the delays of this job in the form of
 * {@link io.jobqueue.retry.RetryDelays#format()}, or {@code null} for what the handler
 * says
 * @param limits the limits that it is subject to, or {@code null} for none
 * @param unique the unique key, or {@code null} if the job has none
 * @param deadline until when it must have been started, or {@code null}
 * @since 0.1.0
 */
public record NewJob(String handler, String queue, int priority, int maxAttempts, String arguments,
		Map<String, String> headers, @Nullable Duration delay, @Nullable Instant runAt, @Nullable Duration timeout,
		@Nullable String backoff, @Nullable JobLimits limits, @Nullable UniqueKey unique,
		@Nullable JobDeadline deadline) {

	/**
	 * Create a job without a deadline.
	 * @param handler name of the handler
	 * @param queue name of the queue
	 * @param priority higher runs first
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param arguments the arguments as JSON array
	 * @param headers the headers, by name
	 * @param delay how long after the store's now it is due, or {@code null}
	 * @param runAt when it is due, or {@code null}
	 * @param timeout the time one attempt may take, or {@code null}
	 * @param backoff the delays of this job, or {@code null}
	 * @param limits the limits that it is subject to, or {@code null} for none
	 * @param unique the unique key, or {@code null} if the job has none
	 */
	public NewJob(String handler, String queue, int priority, int maxAttempts, String arguments,
			Map<String, String> headers, @Nullable Duration delay, @Nullable Instant runAt, @Nullable Duration timeout,
			@Nullable String backoff, @Nullable JobLimits limits, @Nullable UniqueKey unique) {
		this(handler, queue, priority, maxAttempts, arguments, headers, delay, runAt, timeout, backoff, limits, unique,
				null);
	}

	/**
	 * Create a job that is not unique and has no deadline.
	 * @param handler name of the handler
	 * @param queue name of the queue
	 * @param priority higher runs first
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param arguments the arguments as JSON array
	 * @param headers the headers, by name
	 * @param delay how long after the store's now it is due, or {@code null}
	 * @param runAt when it is due, or {@code null}
	 * @param timeout the time one attempt may take, or {@code null}
	 * @param backoff the delays of this job, or {@code null}
	 * @param limits the limits that it is subject to, or {@code null} for none
	 */
	public NewJob(String handler, String queue, int priority, int maxAttempts, String arguments,
			Map<String, String> headers, @Nullable Duration delay, @Nullable Instant runAt, @Nullable Duration timeout,
			@Nullable String backoff, @Nullable JobLimits limits) {
		this(handler, queue, priority, maxAttempts, arguments, headers, delay, runAt, timeout, backoff, limits, null,
				null);
	}

	/**
	 * Create a job without limits and deadline that is not unique.
	 * @param handler name of the handler
	 * @param queue name of the queue
	 * @param priority higher runs first
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param arguments the arguments as JSON array
	 * @param headers the headers, by name
	 * @param delay how long after the store's now it is due, or {@code null}
	 * @param runAt when it is due, or {@code null}
	 * @param timeout the time one attempt may take, or {@code null}
	 * @param backoff the delays of this job, or {@code null}
	 */
	public NewJob(String handler, String queue, int priority, int maxAttempts, String arguments,
			Map<String, String> headers, @Nullable Duration delay, @Nullable Instant runAt, @Nullable Duration timeout,
			@Nullable String backoff) {
		this(handler, queue, priority, maxAttempts, arguments, headers, delay, runAt, timeout, backoff, null, null,
				null);
	}

	/**
	 * Return this job with other headers.
	 * @param others the headers, by name
	 * @return the job
	 */
	public NewJob withHeaders(Map<String, String> others) {
		return new NewJob(this.handler, this.queue, this.priority, this.maxAttempts, this.arguments, others, this.delay,
				this.runAt, this.timeout, this.backoff, this.limits, this.unique, this.deadline);
	}

}
