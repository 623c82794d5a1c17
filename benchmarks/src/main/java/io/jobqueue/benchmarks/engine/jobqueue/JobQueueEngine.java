package io.jobqueue.benchmarks.engine.jobqueue;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Versions;
import io.jobqueue.benchmarks.server.Store;
import org.jspecify.annotations.Nullable;

/**
 * This project, as an application has it: by the starter, with its defaults.
 */
public final class JobQueueEngine implements LiveEngine {

	private final Store store;

	/**
	 * Create the engine.
	 * @param store where jobs are kept
	 */
	public JobQueueEngine(Store store) {
		this.store = store;
	}

	@Override
	public String name() {
		return "job-queue";
	}

	@Override
	public String version() {
		return Versions.of(name());
	}

	@Override
	public Store store() {
		return this.store;
	}

	@Override
	public @Nullable Boolean fixedHistory() {
		return null;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return new JobQueueSession(this.store, url, settings);
	}

	/**
	 * Set the queue up in an empty place, and fill it with jobs of all kinds.
	 * @param url where
	 * @param settings how
	 * @param waiting the number of jobs that wait to be run
	 * @return what can be asked of it, to be closed
	 */
	public FilledQueue fill(String url, EngineSettings settings, long waiting) {
		return new FilledQueue(this.store, url, settings, waiting);
	}

}
