package io.jobqueue.benchmarks.engine.dbscheduler;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Versions;
import io.jobqueue.benchmarks.server.Store;

/**
 * db-scheduler as its documentation advises for throughput: it locks and fetches in one
 * statement, from half to four times as many executions as it has threads, and has no
 * index for priorities that are not used. It deletes what is finished.
 */
public final class DbSchedulerEngine implements LiveEngine {

	@Override
	public String name() {
		return "db-scheduler";
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
		return false;
	}

	@Override
	public int slowness() {
		return 4;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return new DbSchedulerSession(url, settings);
	}

}
