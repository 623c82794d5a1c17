package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.Session;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Many jobs at once, from one thread.
 */
public final class EnqueueBulk implements Scenario {

	@Override
	public String name() {
		return "enqueue-bulk";
	}

	@Override
	public long defaultJobs() {
		return 200_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		return List.of(new Variant(engine, options.settings(), Map.of()));
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		try (Session session = variant.engine().open(workspace.url(), variant.settings())) {
			Meter meter = new Meter(workspace, session::disconnect);
			Duration duration = session.enqueueAll(jobs);
			return Sample.of(jobs, duration, meter.usage());
		}
	}

}
