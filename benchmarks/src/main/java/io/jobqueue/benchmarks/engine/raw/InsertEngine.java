package io.jobqueue.benchmarks.engine.raw;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.server.Store;

/**
 * The INSERT of this project, issued by plain JDBC: what enqueueing can be compared with.
 * It runs no jobs.
 */
public final class InsertEngine implements LiveEngine {

	@Override
	public String name() {
		return "insert";
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
	public boolean runsJobs() {
		return false;
	}

	@Override
	public boolean isBare() {
		return true;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return new InsertSession(url, settings);
	}

}
