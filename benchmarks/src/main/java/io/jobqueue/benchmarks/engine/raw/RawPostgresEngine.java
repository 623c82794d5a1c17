package io.jobqueue.benchmarks.engine.raw;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.server.Store;

/**
 * The least SQL: batches are inserted by one statement, and deleted by one that returns
 * them, in a transaction that ends when they have run. No states, retries or priorities,
 * one worker.
 */
public final class RawPostgresEngine implements LiveEngine {

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
		return Store.POSTGRES;
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
		return new RawPostgresSession(url, settings);
	}

}
