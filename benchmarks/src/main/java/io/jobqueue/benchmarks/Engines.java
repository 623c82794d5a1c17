package io.jobqueue.benchmarks;

import java.util.Collection;
import java.util.List;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.jobqueue.JobQueueEngine;
import io.jobqueue.benchmarks.server.Store;

/**
 * All engines.
 */
final class Engines {

	private static final List<Engine> ALL = List.of(new JobQueueEngine(Store.POSTGRES));

	private Engines() {
	}

	static List<Engine> on(Store store) {
		return ALL.stream().filter((engine) -> engine.store() == store).toList();
	}

	/**
	 * Return engines by their names.
	 * @param names the names; empty for all
	 */
	static List<Engine> on(Store store, Collection<String> names) {
		List<Engine> engines = on(store);
		for (String name : names) {
			if (engines.stream().noneMatch((engine) -> engine.name().equals(name))) {
				throw new IllegalArgumentException("No engine '" + name + "' on " + store + ". There are "
						+ String.join(", ", engines.stream().map(Engine::name).toList()));
			}
		}
		return engines.stream().filter((engine) -> names.isEmpty() || names.contains(engine.name())).toList();
	}

}
