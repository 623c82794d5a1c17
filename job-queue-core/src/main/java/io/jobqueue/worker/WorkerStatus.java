package io.jobqueue.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the worker of this node is doing.
 *
 * @param node the id under which it is registered; {@code null} if it is not, because the
 * store did not answer yet or this node has lapsed
 * @param name what people call this node
 * @param queues the queues that it takes jobs from
 * @param running how many jobs run
 * @param waiting how many claimed jobs wait for a thread
 * @param runaway how many of the running jobs do not end although they were told to,
 * because their timeout is long over
 * @param sinceRenewal how long ago the last heartbeat that was answered was sent;
 * {@code null} if it is not registered
 * @param isRenewalLate whether that is so long ago that a heartbeat has been due since,
 * and was not answered within another interval
 * @param lastExchange how long the last exchange took that the store answered;
 * {@code null} if there was none yet
 * @param outageSince since when the store does not answer; {@code null} if it does
 * @param outage what the store's outage was first seen by; {@code null} if it answers
 * @since 0.1.0
 */
public record WorkerStatus(@Nullable Long node, String name, List<String> queues, int running, int waiting, int runaway,
		@Nullable Duration sinceRenewal, boolean isRenewalLate, @Nullable Duration lastExchange,
		@Nullable Instant outageSince, @Nullable Throwable outage) {
}
