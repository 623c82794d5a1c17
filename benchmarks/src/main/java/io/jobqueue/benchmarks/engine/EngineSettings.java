package io.jobqueue.benchmarks.engine;

import org.jspecify.annotations.Nullable;

/**
 * How an engine is to be set up for a run.
 *
 * @param concurrency jobs at once; {@code null} for what suits the engine best
 * @param history whether finished jobs are kept; {@code null} for what the engine does by
 * default
 * @param metrics whether attempts are timed
 * @param virtualThreads whether jobs run on virtual threads
 */
public record EngineSettings(@Nullable Integer concurrency, @Nullable Boolean history, boolean metrics,
		boolean virtualThreads) {

	/**
	 * Return settings with the defaults of the engine.
	 * @param concurrency jobs at once; {@code null} for what suits the engine best
	 * @return the settings
	 */
	public static EngineSettings defaults(@Nullable Integer concurrency) {
		return new EngineSettings(concurrency, null, false, false);
	}

	/**
	 * Return these settings with or without history.
	 * @param kept whether finished jobs are kept
	 * @return the new settings
	 */
	public EngineSettings withHistory(boolean kept) {
		return new EngineSettings(this.concurrency, kept, this.metrics, this.virtualThreads);
	}

	/**
	 * Return these settings with or without metrics.
	 * @param measured whether attempts are timed
	 * @return the new settings
	 */
	public EngineSettings withMetrics(boolean measured) {
		return new EngineSettings(this.concurrency, this.history, measured, this.virtualThreads);
	}

	/**
	 * Return these settings with virtual threads.
	 * @param threads how many at once
	 * @return the new settings
	 */
	public EngineSettings withVirtualThreads(int threads) {
		return new EngineSettings(threads, this.history, this.metrics, true);
	}

	/**
	 * Return the number of jobs at once.
	 * @param engineDefault what suits the engine best
	 * @return the number
	 */
	public int concurrency(int engineDefault) {
		return (this.concurrency != null) ? this.concurrency : engineDefault;
	}

}
