package io.jobqueue.benchmarks.engine.raw;

import java.util.function.BiFunction;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.server.Store;

/**
 * What is no job queue, and what job queues can be compared with. It has no version, and
 * keeps nothing of what is finished.
 */
public final class BareEngine implements LiveEngine {

	private final String name;

	private final Store store;

	private final boolean runsJobs;

	private final BiFunction<String, EngineSettings, LiveSession> opener;

	private BareEngine(String name, Store store, boolean runsJobs,
			BiFunction<String, EngineSettings, LiveSession> opener) {
		this.name = name;
		this.store = store;
		this.runsJobs = runsJobs;
		this.opener = opener;
	}

	/**
	 * Return the INSERT of this project, issued by plain JDBC: what enqueueing can be
	 * compared with. It runs no jobs.
	 * @return the engine
	 */
	public static LiveEngine insert() {
		return new BareEngine("insert", Store.POSTGRES, false, InsertSession::new);
	}

	/**
	 * Return the least SQL: batches are inserted by one statement, and deleted by one
	 * that returns them, in a transaction that ends when they have run. No states,
	 * retries or priorities, one worker.
	 * @return the engine
	 */
	public static LiveEngine rawPostgres() {
		return new BareEngine("raw", Store.POSTGRES, true, RawPostgresSession::new);
	}

	/**
	 * Return the fewest commands: batches are pushed to a list, read from it, and cut off
	 * when they have run. No states, retries or priorities, one worker.
	 * @return the engine
	 */
	public static LiveEngine rawRedis() {
		return new BareEngine("raw", Store.REDIS, true, RawRedisSession::new);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String version() {
		return "";
	}

	@Override
	public Store store() {
		return this.store;
	}

	@Override
	public Boolean fixedHistory() {
		return false;
	}

	@Override
	public boolean runsJobs() {
		return this.runsJobs;
	}

	@Override
	public boolean isBare() {
		return true;
	}

	@Override
	public LiveSession open(String url, EngineSettings settings) {
		return this.opener.apply(url, settings);
	}

}
