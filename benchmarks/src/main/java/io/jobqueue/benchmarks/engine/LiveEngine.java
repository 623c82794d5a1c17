package io.jobqueue.benchmarks.engine;

/**
 * An engine whose producers and workers are of this JVM.
 */
public interface LiveEngine extends Engine {

	@Override
	LiveSession open(String url, EngineSettings settings);

	/**
	 * Return whether it can do more than enqueue.
	 * @return the answer
	 */
	default boolean runsJobs() {
		return true;
	}

	/**
	 * Return whether it is no job queue, but the least that could be one: it knows no due
	 * times, and one worker only.
	 * @return the answer
	 */
	default boolean isBare() {
		return false;
	}

}
