package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LatencyProbe;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * A producer and a worker at once, as fast as they can: the producer sends a hundred at a
 * time, and waits when five thousand wait.
 */
public final class Steady implements Scenario {

	private static final int CHUNK = 100;

	private static final int MOST_WAITING = 5000;

	@Override
	public String name() {
		return "steady";
	}

	@Override
	public long defaultJobs() {
		return 100_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		return Live.only(engine, options, (live) -> true);
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		try (LiveSession session = Live.open(variant, workspace)) {
			Meter meter = new Meter(workspace, session::disconnect);
			LatencyProbe probe = new LatencyProbe();
			Worker worker = session.work(probe);
			long start = System.nanoTime();
			try {
				produce(session, probe, jobs);
				Pauses.await(probe::count, jobs);
			}
			finally {
				worker.close();
			}
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			return Sample.of(jobs, duration, meter.usage()).withLatencies(probe.latencies());
		}
	}

	private static void produce(LiveSession session, LatencyProbe probe, long jobs) {
		for (long sent = 0; sent < jobs; sent += CHUNK) {
			Pauses.await(probe::count, sent - MOST_WAITING);
			session.enqueueAll(LongStream.range(0, Math.min(CHUNK, jobs - sent)).map((i) -> LatencyProbe.now()));
		}
	}

}
