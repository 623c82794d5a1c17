package io.jobqueue;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A job that is leased to a node: it runs there, or is about to.
 *
 * @param id the job
 * @param handler name of the handler that runs it
 * @param queue the queue that it was taken from
 * @param since when it was taken, by the store's clock; {@code null} if the store does
 * not know (Redis)
 * @since 0.1.0
 */
public record HeldJob(JobId id, String handler, String queue, @Nullable Instant since) {
}
