package io.jobqueue.benchmarks.engine;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * A queue whose producers and workers are of this JVM.
 */
public interface LiveSession extends Session {

	/**
	 * Enqueue jobs in bulk, by the best way that the engine has.
	 * @param payloads the argument of each job
	 */
	void enqueueAll(LongStream payloads);

	/**
	 * Enqueue one job in a transaction of its own. Called by many threads at once.
	 * @param payload its argument
	 */
	void enqueue(long payload);

	/**
	 * Enqueue jobs in bulk that are not due yet.
	 * @param payloads the argument of each job
	 * @param delay until they are due
	 */
	void schedule(LongStream payloads, Duration delay);

	/**
	 * Start working.
	 * @param handler is given the argument of each job; called by many threads at once
	 * @return the worker, to be closed
	 */
	Worker work(LongConsumer handler);

	@Override
	default Duration enqueueAll(long jobs) {
		long start = System.nanoTime();
		enqueueAll(LongStream.range(0, jobs));
		return Duration.ofNanos(System.nanoTime() - start);
	}

	@Override
	default Duration drain(long jobs) {
		Probe probe = new Probe(jobs);
		Worker worker = work(probe);
		try {
			probe.await();
		}
		finally {
			worker.close();
		}
		return probe.duration();
	}

}
