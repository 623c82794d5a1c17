package io.jobqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.retry.RetryDelays;

/**
 * What an application asks for: run this handler with these arguments. Made by
 * {@link JobSpec#request()}; an option that is {@code null} is taken from the handler,
 * then from the configuration.
 * <p>
 * {@link #toString()} leaves out arguments and headers, so that a request can be logged.
 *
 * @param target the handler
 * @param arguments the arguments in the order of the handler's parameters, without its
 * {@link JobContext}
 * @param queue the queue
 * @param priority from {@value #MIN_PRIORITY} to {@value #MAX_PRIORITY}, higher runs
 * first
 * @param delay how long from now the job is due, by the store's clock
 * @param runAt the instant at which the job is due
 * @param maxAttempts the number of attempts
 * @param timeout the time that one attempt may take
 * @param backoff the delays between attempts
 * @param headers what to attach to the job, by name
 * @param unique what makes the job unique, if it is
 * @param limits what limits the job, if not what its handler says
 * @param deadline until when the job must have been started
 * @param durable whether the job goes to the store, or is ephemeral
 * @since 0.1.0
 */
public record JobRequest(JobTarget target, List<@Nullable Object> arguments, @Nullable String queue,
		@Nullable Integer priority, @Nullable Duration delay, @Nullable Instant runAt, @Nullable Integer maxAttempts,
		@Nullable Duration timeout, @Nullable RetryDelays backoff, Map<String, String> headers, @Nullable Unique unique,
		@Nullable JobLimits limits, @Nullable JobDeadline deadline, @Nullable Boolean durable) {

	/**
	 * The lowest priority.
	 */
	public static final int MIN_PRIORITY = -100;

	/**
	 * The highest priority.
	 */
	public static final int MAX_PRIORITY = 100;

	/**
	 * The greatest number of attempts.
	 */
	public static final int MAX_ATTEMPTS = 1000;

	/**
	 * The shortest timeout.
	 */
	public static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

	/**
	 * The longest timeout.
	 */
	public static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

	/**
	 * Create a request without a deadline.
	 * @param target the handler
	 * @param arguments the arguments in the order of the handler's parameters
	 * @param queue the queue
	 * @param priority the priority
	 * @param delay how long from now the job is due
	 * @param runAt the instant at which the job is due
	 * @param maxAttempts the number of attempts
	 * @param timeout the time that one attempt may take
	 * @param backoff the delays between attempts
	 * @param headers what to attach to the job, by name
	 */
	public JobRequest(JobTarget target, List<@Nullable Object> arguments, @Nullable String queue,
			@Nullable Integer priority, @Nullable Duration delay, @Nullable Instant runAt,
			@Nullable Integer maxAttempts, @Nullable Duration timeout, @Nullable RetryDelays backoff,
			Map<String, String> headers) {
		this(target, arguments, queue, priority, delay, runAt, maxAttempts, timeout, backoff, headers, null, null, null,
				null);
	}

	/**
	 * Return a timeout if it is valid.
	 * @param timeout the time that one attempt may take
	 * @return the same timeout
	 * @throws IllegalArgumentException if it is not from one millisecond to 365 days
	 */
	public static Duration requireTimeout(Duration timeout) {
		Assert.isTrue(timeout.compareTo(SHORTEST_TIMEOUT) >= 0 && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
				() -> "'timeout' must be at least one millisecond and at most " + LONGEST_TIMEOUT.toDays()
						+ " days, not " + timeout);
		return timeout;
	}

	@Override
	public String toString() {
		return "JobRequest for " + this.target;
	}

}
