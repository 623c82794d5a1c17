package io.jobqueue.benchmarks.engine.jobrunr;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Versions;
import io.jobqueue.benchmarks.server.Store;

/**
 * JobRunr, with rewritten batches, the shortest interval it allows, a pool that is larger
 * than its workers are many, and requests instead of lambdas. It keeps what is finished.
 */
public final class JobRunrEngine implements LiveEngine {

	@Override
	public String name() {
		return "jobrunr";
	}

	@Override
	public String version() {
		return Versions.of(name());
	}

	@Override
	public Store store() {
		return Store.POSTGRES;
	}

	@Override
	public Boolean fixedHistory() {
		return true;
	}

	@Override
	public int slowness() {
		return 20;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return new JobRunrSession(url, settings);
	}

}
