package io.jobqueue.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * A job that is leased to a node.
 *
 * @param id identity of the job
 * @param lease the lease that it was claimed with; several jobs share one
 * @param handler name of the handler
 * @param queue name of the queue
 * @param priority higher runs first
 * @param attempts number of counted attempts before this one
 * @param maxAttempts number of attempts after which it fails for good
 * @param abandonments how often a node died while it held the job
 * @param arguments the arguments as JSON array
 * @param headers the headers, by name
 * @param createdAt time of the enqueue
 * @param runAt time since which it is due
 * @param timeout the time one attempt may take, or {@code null} for what the handler says
 * @param backoff the delays of this job, or {@code null} for what the handler says
 * @param isLimited whether others of its queue may have to wait until it has ended,
 * because of a limit
 * @param isExpired whether its deadline was over when it was claimed, so that it must not
 * be run, but settled as {@link Outcome.Kind#EXPIRED}
 * @since 0.1.0
 */
public record ClaimedJob(JobId id, long lease, String handler, String queue, int priority, int attempts,
		int maxAttempts, int abandonments, String arguments, Map<String, String> headers, Instant createdAt,
		Instant runAt, @Nullable Duration timeout, @Nullable String backoff, boolean isLimited, boolean isExpired) {

	/**
	 * Create a job that is to be run, and that no limit is concerned with.
	 * @param id identity of the job
	 * @param lease the lease that it was claimed with
	 * @param handler name of the handler
	 * @param queue name of the queue
	 * @param priority higher runs first
	 * @param attempts number of counted attempts before this one
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param abandonments how often a node died while it held the job
	 * @param arguments the arguments as JSON array
	 * @param headers the headers, by name
	 * @param createdAt time of the enqueue
	 * @param runAt time since which it is due
	 * @param timeout the time one attempt may take, or {@code null}
	 * @param backoff the delays of this job, or {@code null}
	 */
	public ClaimedJob(JobId id, long lease, String handler, String queue, int priority, int attempts, int maxAttempts,
			int abandonments, String arguments, Map<String, String> headers, Instant createdAt, Instant runAt,
			@Nullable Duration timeout, @Nullable String backoff) {
		this(id, lease, handler, queue, priority, attempts, maxAttempts, abandonments, arguments, headers, createdAt,
				runAt, timeout, backoff, false, false);
	}

	/**
	 * Return whether a node died while it held this job. Such a job is a suspect: it is
	 * claimed alone.
	 * @return {@code true} if it was abandoned at least once
	 */
	public boolean isSuspect() {
		return this.abandonments > 0;
	}

	@Override
	public String toString() {
		return "Job " + this.id + " (handler: " + this.handler + ", queue: " + this.queue + ", attempt: "
				+ (this.attempts + 1) + " of " + this.maxAttempts + ")";
	}

}
