package io.jobqueue.benchmarks.engine;

import java.time.Duration;

/**
 * A queue that is set up, as a whole: enough for engines that are not of this JVM.
 */
public interface Session extends AutoCloseable {

	/**
	 * Enqueue jobs that do nothing, in bulk by the best way that the engine has.
	 * @param jobs how many
	 * @return how long it took
	 */
	Duration enqueueAll(long jobs);

	/**
	 * Run all jobs that wait, and stop.
	 * @param jobs how many there are
	 * @return the time from the start of the first job to that of the last one
	 */
	Duration drain(long jobs);

	/**
	 * Close connections that may be closed, so that the server knows all of what they
	 * did.
	 */
	default void disconnect() {
	}

	@Override
	void close();

}
