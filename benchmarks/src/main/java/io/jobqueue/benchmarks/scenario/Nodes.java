package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.process.WorkerProcess;
import io.jobqueue.benchmarks.process.WorkerReport;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * A drain by one, two and four processes at once.
 */
public final class Nodes implements Scenario {

	private static final String NODES = "nodes";

	@Override
	public String name() {
		return "nodes";
	}

	@Override
	public long defaultJobs() {
		return 200_000;
	}

	/** The processes are new for each run. */
	@Override
	public boolean needsWarmUp() {
		return false;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (!(engine instanceof LiveEngine live) || live.isBare()) {
			return List.of();
		}
		return Stream.of(1, 2, 4)
			.map((nodes) -> new Variant(engine, options.settings(), Map.of(NODES, nodes)))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		int nodes = (variant.facts().get(NODES) instanceof Integer number) ? number : 1;
		List<WorkerProcess> processes = new ArrayList<>();
		try (LiveSession session = Live.open(variant, workspace)) {
			session.enqueueAll(jobs);
			workspace.settle();
			for (int i = 0; i < nodes; i++) {
				processes.add(new WorkerProcess(variant.engine(), variant.settings(), workspace.url()));
			}
			processes.forEach(WorkerProcess::awaitReady);
			Meter meter = new Meter(workspace, session::disconnect);
			processes.forEach(WorkerProcess::work);
			Pauses.await(() -> processes.stream().mapToLong(WorkerProcess::count).sum(), jobs);
			List<WorkerReport> reports = processes.stream().map(WorkerProcess::stop).toList();
			return Sample.of(jobs, duration(reports), meter.usage())
				.withDetails(Map.of("leastOfANode", least(reports)));
		}
		finally {
			processes.forEach(WorkerProcess::close);
		}
	}

	private static Duration duration(List<WorkerReport> reports) {
		long first = reports.stream().mapToLong(WorkerReport::firstMicros).min().orElseThrow();
		long last = reports.stream().mapToLong(WorkerReport::lastMicros).max().orElseThrow();
		return Duration.ofNanos((last - first) * 1000);
	}

	private static long least(List<WorkerReport> reports) {
		return reports.stream().mapToLong(WorkerReport::count).min().orElseThrow();
	}

}
