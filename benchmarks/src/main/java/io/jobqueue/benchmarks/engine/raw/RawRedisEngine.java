package io.jobqueue.benchmarks.engine.raw;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.server.Store;

/**
 * The fewest commands: batches are pushed to a list, read from it, and cut off when they
 * have run. No states, retries or priorities, one worker.
 */
public final class RawRedisEngine implements LiveEngine {

	@Override
	public String name() {
		return "raw";
	}

	@Override
	public String version() {
		return "";
	}

	@Override
	public Store store() {
		return Store.REDIS;
	}

	@Override
	public Boolean fixedHistory() {
		return false;
	}

	@Override
	public boolean isBare() {
		return true;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return new RawRedisSession(url, settings);
	}

}
