package io.jobqueue.benchmarks.scenario;

import java.util.Map;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.EngineSettings;

/**
 * An engine in one of the ways it is measured.
 *
 * @param engine the engine
 * @param settings how it is set up
 * @param facts what tells it from others in the results
 */
public record Variant(Engine engine, EngineSettings settings, Map<String, Object> facts) {

	/**
	 * Return whether finished jobs are kept.
	 * @return the answer
	 */
	public boolean history() {
		Boolean fixed = this.engine.fixedHistory();
		if (fixed != null) {
			return fixed;
		}
		Boolean chosen = this.settings.history();
		return (chosen != null) ? chosen : this.engine.keepsHistoryByDefault();
	}

}
