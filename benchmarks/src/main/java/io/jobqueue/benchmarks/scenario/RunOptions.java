package io.jobqueue.benchmarks.scenario;

import java.time.Duration;

import io.jobqueue.benchmarks.engine.EngineSettings;
import org.jspecify.annotations.Nullable;

/**
 * What has been asked for.
 *
 * @param jobs the number of jobs; {@code null} for that of the scenario
 * @param concurrency jobs at once; {@code null} for what suits each engine best
 * @param duration how long to go on, where that is given
 */
public record RunOptions(@Nullable Long jobs, @Nullable Integer concurrency, Duration duration) {

	/**
	 * Return the number of jobs of a scenario for an engine.
	 * @param scenario the scenario
	 * @param variant the engine
	 * @return the number
	 */
	public long jobs(Scenario scenario, Variant variant) {
		return (this.jobs != null) ? this.jobs : Math.max(1, scenario.defaultJobs() / variant.engine().slowness());
	}

	/**
	 * Return settings for an engine.
	 * @return the settings
	 */
	public EngineSettings settings() {
		return EngineSettings.defaults(this.concurrency);
	}

}
