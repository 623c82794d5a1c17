package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.Session;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Jobs that do nothing wait, and are run as fast as can be; with and without history,
 * where there is a choice.
 */
public final class Drain implements Scenario {

	@Override
	public String name() {
		return "drain";
	}

	@Override
	public long defaultJobs() {
		return 200_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (engine instanceof LiveEngine live && !live.runsJobs()) {
			return List.of();
		}
		if (engine.fixedHistory() != null) {
			return List.of(new Variant(engine, options.settings(), Map.of()));
		}
		return Stream.of(true, false)
			.map((kept) -> new Variant(engine, options.settings().withHistory(kept), Map.of()))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		try (Session session = variant.engine().open(workspace.url(), variant.settings())) {
			session.enqueueAll(jobs);
			workspace.settle();
			Meter meter = new Meter(workspace, session::disconnect);
			Duration duration = session.drain(jobs);
			return Sample.of(jobs, duration, meter.usage());
		}
	}

}
