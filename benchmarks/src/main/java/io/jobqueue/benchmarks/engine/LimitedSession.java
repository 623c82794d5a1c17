package io.jobqueue.benchmarks.engine;

import java.util.stream.LongStream;

/**
 * A queue whose jobs can be limited.
 */
public interface LimitedSession extends LiveSession {

	/**
	 * Enqueue jobs in bulk that are limited in some way, but wide enough for all of the
	 * worker's threads to be busy.
	 * @param payloads the argument of each job
	 * @param limit the way
	 */
	void enqueueAll(LongStream payloads, Limit limit);

	/**
	 * What a job is limited by.
	 */
	enum Limit {

		/** Nothing. */
		NONE,

		/** One at a time of each of a thousand keys. */
		KEY,

		/** A key of its own that no other job may have until it is over. */
		UNIQUE,

		/** A hundred at a time of the queue, on all nodes. */
		QUEUE,

		/** A million per second of the queue, on all nodes. */
		RATE

	}

}
