package io.jobqueue.benchmarks.scenario;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * What scenarios share that need producers and workers of this JVM.
 */
final class Live {

	private Live() {
	}

	/**
	 * Return one variant of an engine.
	 * @param condition what else it must be; it is live and runs jobs
	 */
	static List<Variant> only(Engine engine, RunOptions options, Predicate<LiveEngine> condition) {
		if (engine instanceof LiveEngine live && live.runsJobs() && condition.test(live)) {
			return List.of(new Variant(engine, options.settings(), Map.of()));
		}
		return List.of();
	}

	static LiveSession open(Variant variant, Workspace workspace) {
		return ((LiveEngine) variant.engine()).open(workspace.url(), variant.settings());
	}

}
