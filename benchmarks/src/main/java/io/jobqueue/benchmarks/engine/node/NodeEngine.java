package io.jobqueue.benchmarks.engine.node;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.Session;
import io.jobqueue.benchmarks.server.Store;
import org.jspecify.annotations.Nullable;

/**
 * A job queue of Node.js, run by a script in processes of its own.
 */
public final class NodeEngine implements Engine {

	private final String name;

	private final Store store;

	private final @Nullable Boolean history;

	private final int slowness;

	private NodeEngine(String name, Store store, boolean history, int slowness) {
		this.name = name;
		this.store = store;
		this.history = history;
		this.slowness = slowness;
	}

	/**
	 * Return graphile-worker, which deletes what is finished.
	 * @return the engine
	 */
	public static Engine graphileWorker() {
		return new NodeEngine("graphile-worker", Store.POSTGRES, false, 2);
	}

	/**
	 * Return pg-boss, which keeps what is finished.
	 * @return the engine
	 */
	public static Engine pgBoss() {
		return new NodeEngine("pg-boss", Store.POSTGRES, true, 4);
	}

	/**
	 * Return BullMQ, which is told to remove what is finished.
	 * @return the engine
	 */
	public static Engine bullMq() {
		return new NodeEngine("bullmq", Store.REDIS, false, 4);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String version() {
		return NodePackages.version(this.name);
	}

	@Override
	public Store store() {
		return this.store;
	}

	@Override
	public @Nullable Boolean fixedHistory() {
		return this.history;
	}

	@Override
	public int slowness() {
		return this.slowness;
	}

	@Override
	public Session open(String url, EngineSettings settings) {
		return new NodeSession(NodePackages.directory(), this.name, NodeUrls.of(url), settings);
	}

}
