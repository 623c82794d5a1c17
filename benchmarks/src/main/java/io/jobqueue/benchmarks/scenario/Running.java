package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Jobs that sleep, all at once, on virtual threads: how fast they are started, and what
 * they take while they sleep.
 */
public final class Running implements Scenario {

	private static final int VIRTUAL_THREADS_SINCE = 21;

	private static final Duration ASLEEP = Duration.ofSeconds(10);

	private static final long MEGABYTE = 1024 * 1024;

	@Override
	public String name() {
		return "running";
	}

	@Override
	public long defaultJobs() {
		return 100_000;
	}

	@Override
	public boolean needsWarmUp() {
		return false;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (Runtime.version().feature() < VIRTUAL_THREADS_SINCE || !engine.name().equals("job-queue")) {
			return List.of();
		}
		long jobs = (options.jobs() != null) ? options.jobs() : defaultJobs();
		return List.of(new Variant(engine, options.settings().withVirtualThreads((int) jobs), Map.of()));
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		Sleepers sleepers = new Sleepers();
		try (LiveSession session = Live.open(variant, workspace)) {
			session.enqueueAll(jobs);
			workspace.settle();
			Meter meter = new Meter(workspace, session::disconnect);
			long start = System.nanoTime();
			Worker worker = session.work(sleepers::sleep);
			try {
				Pauses.await(sleepers.asleep::get, jobs);
				Duration duration = Duration.ofNanos(System.nanoTime() - start);
				Pauses.sleep(ASLEEP);
				long heap = heap();
				long released = System.nanoTime();
				sleepers.alarm.countDown();
				Pauses.await(sleepers.awake::get, jobs);
				worker.close();
				return Sample.of(jobs, duration, meter.usage())
					.withDetails(Map.of("heapMegabytes", heap, "endSeconds", (System.nanoTime() - released) / 1e9));
			}
			finally {
				sleepers.alarm.countDown();
				worker.close();
			}
		}
	}

	private static long heap() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE;
	}

	/**
	 * The jobs.
	 */
	private static final class Sleepers {

		private final AtomicLong asleep = new AtomicLong();

		private final AtomicLong awake = new AtomicLong();

		private final CountDownLatch alarm = new CountDownLatch(1);

		void sleep(long payload) {
			this.asleep.incrementAndGet();
			try {
				this.alarm.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.awake.incrementAndGet();
		}

	}

}
