package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LatencyProbe;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.process.WorkerProcess;
import io.jobqueue.benchmarks.server.Workspace;
import org.HdrHistogram.Histogram;

/**
 * Single jobs for an idle worker, of the same node and of another one: from the call of
 * enqueue, its commit included, to the start of the job.
 */
public final class Latency implements Scenario {

	private static final String WORKER = "worker";

	private static final String OTHER_NODE = "other node";

	private static final int SHORTEST_PAUSE_MICROS = 10_000;

	private static final int LONGEST_PAUSE_MICROS = 30_000;

	/** Of jobs that are run to get warm. */
	private static final int FIRST = 100;

	@Override
	public String name() {
		return "latency";
	}

	@Override
	public long defaultJobs() {
		return 500;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		List<Variant> variants = new ArrayList<>();
		if (engine instanceof LiveEngine live && live.runsJobs()) {
			variants.add(new Variant(engine, options.settings(), Map.of(WORKER, "same node")));
			if (!live.isBare()) {
				variants.add(new Variant(engine, options.settings(), Map.of(WORKER, OTHER_NODE)));
			}
		}
		return variants;
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		try (LiveSession session = Live.open(variant, workspace)) {
			return OTHER_NODE.equals(variant.facts().get(WORKER)) ? otherNode(variant, workspace, session, jobs)
					: sameNode(workspace, session, jobs);
		}
	}

	private static Sample sameNode(Workspace workspace, LiveSession session, long jobs) {
		LatencyProbe probe = new LatencyProbe();
		Worker worker = session.work(probe);
		try {
			return measure(workspace, session, probe::count, jobs).withLatencies(probe.latencies());
		}
		finally {
			worker.close();
		}
	}

	private static Sample otherNode(Variant variant, Workspace workspace, LiveSession session, long jobs) {
		try (WorkerProcess process = new WorkerProcess(variant.engine(), variant.settings(), workspace.url())) {
			process.awaitReady();
			process.work();
			Sample sample = measure(workspace, session, process::count, jobs);
			Histogram latencies = process.stop().histogram();
			return sample.withLatencies(latencies);
		}
	}

	private static Sample measure(Workspace workspace, LiveSession session, LongSupplier count, long jobs) {
		long warm = Math.min(FIRST, jobs);
		for (int i = 0; i < warm; i++) {
			session.enqueue(0);
		}
		Pauses.await(count, warm);
		Meter meter = new Meter(workspace, () -> {
		});
		RandomGenerator random = new SplittableRandom(jobs);
		long start = System.nanoTime();
		for (int i = 0; i < jobs; i++) {
			Pauses.sleep(Duration.ofNanos(1000L * random.nextInt(SHORTEST_PAUSE_MICROS, LONGEST_PAUSE_MICROS)));
			session.enqueue(LatencyProbe.now());
		}
		Pauses.await(count, warm + jobs);
		return Sample.of(jobs, Duration.ofNanos(System.nanoTime() - start), meter.usage());
	}

}
