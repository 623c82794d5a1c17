package io.jobqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a queue is doing. Numbers beyond some thousand may be estimates, so that they can
 * be asked for often.
 *
 * @param name the queue
 * @param isPaused whether nothing is taken from it on any node
 * @param available the number of jobs that are due and wait
 * @param scheduled the number of jobs that are not due yet
 * @param running the number of jobs that are leased to nodes
 * @param oldestAge how long the oldest waiting job has been waiting, or one of the
 * oldest; {@code null} if none waits
 * @param isExact whether all numbers are exact; numbers below 1,000 always are
 * @since 0.1.0
 */
public record QueueStatus(String name, boolean isPaused, long available, long scheduled, long running,
		@Nullable Duration oldestAge, boolean isExact) {

	/**
	 * Create a status with exact numbers.
	 * @param name the queue
	 * @param isPaused whether nothing is taken from it on any node
	 * @param available the number of jobs that are due and wait
	 * @param scheduled the number of jobs that are not due yet
	 * @param running the number of jobs that are leased to nodes
	 * @param oldestAge how long the oldest waiting job has been waiting; {@code null} if
	 * none waits
	 */
	public QueueStatus(String name, boolean isPaused, long available, long scheduled, long running,
			@Nullable Duration oldestAge) {
		this(name, isPaused, available, scheduled, running, oldestAge, true);
	}

}
