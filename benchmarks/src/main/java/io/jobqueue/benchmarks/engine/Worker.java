package io.jobqueue.benchmarks.engine;

/**
 * A running worker. Closing it stops it: what has run is settled then.
 */
public interface Worker extends AutoCloseable {

	@Override
	void close();

}
