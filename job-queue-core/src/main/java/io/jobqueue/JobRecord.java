package io.jobqueue;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored: a snapshot, taken when it was asked for. All times are by the
 * store's clock.
 * <p>
 * {@link #toString()} leaves out arguments, headers, result and concurrency key, so that
 * a record can be logged.
 *
 * @param id identity of the job
 * @param handler name of the handler that runs it
 * @param queue queue it waits in
 * @param state where it is in its life
 * @param priority from {@value JobRequest#MIN_PRIORITY} to
 * {@value JobRequest#MAX_PRIORITY}, higher runs first
 * @param attempt number of counted attempts so far
 * @param maxAttempts number of attempts after which it fails for good
 * @param abandonments how often a node died while it held the job
 * @param arguments the arguments as JSON array
 * @param headers what the enqueuer attached, by name
 * @param createdAt time of the enqueue
 * @param runAt time from which it is due; of a retry the time of the next attempt
 * @param startedAt start of the last attempt; {@code null} while it is not finished
 * @param finishedAt end of the last attempt; {@code null} while it is not finished
 * @param node the node that holds or last held the job, if known
 * @param progress what a running handler last reported, if anything
 * @param result what the handler returned, as JSON; {@code null} if nothing
 * @param failures the failed attempts, oldest first, at most 10
 * @param limits the limits that it is subject to besides those of its queue, or
 * {@code null} for none
 * @param deadline until when it must have been started; {@code null} if it has no
 * deadline, or none any more, because it is finished or somebody wanted it to be run
 * @since 0.1.0
 */
public record JobRecord(JobId id, String handler, String queue, JobState state, int priority, int attempt,
		int maxAttempts, int abandonments, String arguments, Map<String, String> headers, Instant createdAt,
		Instant runAt, @Nullable Instant startedAt, @Nullable Instant finishedAt, @Nullable Long node,
		@Nullable JobProgress progress, @Nullable String result, List<JobFailure> failures, @Nullable JobLimits limits,
		@Nullable Instant deadline) {

	/**
	 * Return whether this job failed at least once and waits for another attempt.
	 * @return {@code true} for a scheduled job with failures
	 */
	public boolean isRetry() {
		return this.state == JobState.SCHEDULED && !this.failures.isEmpty();
	}

	@Override
	public String toString() {
		return "Job " + this.id + " (handler: " + this.handler + ", queue: " + this.queue + ", state: " + this.state
				+ ", attempt: " + this.attempt + " of " + this.maxAttempts + ")";
	}

}
