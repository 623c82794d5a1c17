package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Session;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Many jobs at once, from one thread, and from two where that can be had.
 */
public final class EnqueueBulk implements Scenario {

	private static final String PRODUCERS = "producers";

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
		return Stream.of(1, 2)
			.filter((producers) -> producers == 1 || engine instanceof LiveEngine)
			.map((producers) -> new Variant(engine, options.settings(), Map.of(PRODUCERS, producers)))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		try (Session session = variant.engine().open(workspace.url(), variant.settings())) {
			Meter meter = new Meter(workspace, session::disconnect);
			Duration duration = Integer.valueOf(1).equals(variant.facts().get(PRODUCERS)) ? session.enqueueAll(jobs)
					: enqueueByTwo((LiveSession) session, jobs);
			return Sample.of(jobs, duration, meter.usage());
		}
	}

	private static Duration enqueueByTwo(LiveSession session, long jobs) {
		long start = System.nanoTime();
		CompletableFuture<Void> other = CompletableFuture
			.runAsync(() -> session.enqueueAll(LongStream.range(0, jobs / 2)));
		session.enqueueAll(LongStream.range(jobs / 2, jobs));
		other.join();
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
