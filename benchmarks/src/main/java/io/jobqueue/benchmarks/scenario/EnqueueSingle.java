package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One job per transaction, by eight threads at once. Latencies are those of the calls.
 */
public final class EnqueueSingle implements Scenario {

	private static final int THREADS = 8;

	private static final long NANOS_PER_MICRO = 1000;

	@Override
	public String name() {
		return "enqueue-single";
	}

	@Override
	public long defaultJobs() {
		return 16_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		return (engine instanceof LiveEngine) ? List.of(new Variant(engine, options.settings(), Map.of())) : List.of();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = (options.jobs(this, variant) + THREADS - 1) / THREADS * THREADS;
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try (LiveSession session = Live.open(variant, workspace)) {
			Meter meter = new Meter(workspace, session::disconnect);
			Histogram latencies = new ConcurrentHistogram(3);
			long start = System.nanoTime();
			List<Future<?>> producers = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				producers.add(threads.submit(() -> enqueue(session, jobs / THREADS, latencies)));
			}
			for (Future<?> producer : producers) {
				producer.get();
			}
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			return Sample.of(jobs, duration, meter.usage()).withLatencies(latencies);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("An enqueue has failed", ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void enqueue(LiveSession session, long jobs, Histogram latencies) {
		for (long i = 0; i < jobs; i++) {
			long start = System.nanoTime();
			session.enqueue(i);
			latencies.recordValue((System.nanoTime() - start) / NANOS_PER_MICRO);
		}
	}

}
