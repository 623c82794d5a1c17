package io.jobqueue.benchmarks.scenario;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Something that is done with an engine, and measured.
 */
public interface Scenario {

	/**
	 * Return the name by which it is chosen.
	 * @return the name
	 */
	String name();

	/**
	 * Return the number of jobs unless another is asked for.
	 * @return the number
	 */
	long defaultJobs();

	/**
	 * Return how often it is worth being run.
	 * @param asked how often it should be
	 * @return how often it is
	 */
	default int runs(int asked) {
		return asked;
	}

	/**
	 * Return whether the first run is to be thrown away.
	 * @return the answer
	 */
	default boolean needsWarmUp() {
		return true;
	}

	/**
	 * Return settings of the server other than the defaults.
	 * @return the settings by their names
	 */
	default Map<String, String> serverSettings() {
		return Map.of();
	}

	/**
	 * Return what is to be measured of an engine.
	 * @param engine the engine
	 * @param options what has been asked for
	 * @return ways to set the engine up; empty if the engine cannot do this
	 */
	List<Variant> variants(Engine engine, RunOptions options);

	/**
	 * Do it once.
	 * @param variant the way to set the engine up
	 * @param workspace an empty place
	 * @param options what has been asked for
	 * @return what was seen
	 */
	Sample run(Variant variant, Workspace workspace, RunOptions options);

	/**
	 * Do it once for each of several variants, each in a place of its own unless they can
	 * share what takes long to prepare.
	 * @param variants the ways to set engines up
	 * @param workspaces gives empty places
	 * @param options what has been asked for
	 * @param samples is told what was seen
	 */
	default void runEach(Collection<Variant> variants, Supplier<Workspace> workspaces, RunOptions options,
			BiConsumer<Variant, Sample> samples) {
		for (Variant variant : variants) {
			try (Workspace workspace = workspaces.get()) {
				samples.accept(variant, run(variant, workspace, options));
			}
		}
	}

}
