package io.jobqueue.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.dbscheduler.DbSchedulerEngine;
import io.jobqueue.benchmarks.engine.jobqueue.JobQueueEngine;
import io.jobqueue.benchmarks.engine.jobrunr.JobRunrEngine;
import io.jobqueue.benchmarks.engine.node.NodeEngine;
import io.jobqueue.benchmarks.engine.node.NodePackages;
import io.jobqueue.benchmarks.engine.raw.BareEngine;
import io.jobqueue.benchmarks.server.Store;

/**
 * All engines, this project first.
 */
final class Engines {

	private static final List<Engine> JAVA = List.of(new JobQueueEngine(Store.POSTGRES),
			new JobQueueEngine(Store.REDIS), new DbSchedulerEngine(), new JobRunrEngine(), BareEngine.insert(),
			BareEngine.rawPostgres(), BareEngine.rawRedis());

	private static final List<Engine> NODE = List.of(NodeEngine.graphileWorker(), NodeEngine.pgBoss(),
			NodeEngine.bullMq());

	private Engines() {
	}

	/**
	 * Return engines by their names.
	 * @param store the server they work on
	 * @param names the names; empty for all that this machine can run
	 */
	static List<Engine> on(Store store, Collection<String> names) {
		List<Engine> engines = new ArrayList<>(JAVA);
		if (!names.isEmpty() || NodePackages.isNodePresent()) {
			engines.addAll(NODE);
		}
		engines.removeIf((engine) -> engine.store() != store);
		for (String name : names) {
			if (engines.stream().noneMatch((engine) -> engine.name().equals(name))) {
				throw new IllegalArgumentException("No engine '" + name + "' on " + store + ". There are "
						+ String.join(", ", engines.stream().map(Engine::name).toList()));
			}
		}
		engines.removeIf((engine) -> !names.isEmpty() && !names.contains(engine.name()));
		return engines;
	}

}
