package io.jobqueue.benchmarks.scenario;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * A drain with and without all meters.
 */
public final class Metrics implements Scenario {

	private final Drain drain = new Drain();

	@Override
	public String name() {
		return "metrics";
	}

	@Override
	public long defaultJobs() {
		return this.drain.defaultJobs();
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (!engine.name().equals("job-queue")) {
			return List.of();
		}
		return Stream.of(false, true)
			.map((timed) -> new Variant(engine, options.settings().withMetrics(timed),
					Map.of("metrics", timed ? "on" : "off")))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		return this.drain.run(variant, workspace, options);
	}

}
