package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LimitedSession;
import io.jobqueue.benchmarks.engine.LimitedSession.Limit;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * What it costs to limit jobs, either when they are enqueued or when they are run.
 */
public final class Limits implements Scenario {

	private static final String LIMIT = "limit";

	private final boolean isEnqueue;

	private Limits(boolean isEnqueue) {
		this.isEnqueue = isEnqueue;
	}

	/**
	 * Return the scenario of the enqueue.
	 * @return the scenario
	 */
	public static Limits enqueue() {
		return new Limits(true);
	}

	/**
	 * Return the scenario of the drain.
	 * @return the scenario
	 */
	public static Limits drain() {
		return new Limits(false);
	}

	@Override
	public String name() {
		return this.isEnqueue ? "limits-enqueue" : "limits";
	}

	@Override
	public long defaultJobs() {
		return 100_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (!engine.name().equals("job-queue")) {
			return List.of();
		}
		return Stream.of(Limit.values())
			.map((limit) -> new Variant(engine, options.settings(),
					Map.of(LIMIT, limit.name().toLowerCase(Locale.ROOT))))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long jobs = options.jobs(this, variant);
		Limit limit = Limit.valueOf(String.valueOf(variant.facts().get(LIMIT)).toUpperCase(Locale.ROOT));
		try (LimitedSession session = (LimitedSession) variant.engine().open(workspace.url(), variant.settings())) {
			Meter enqueue = new Meter(workspace, session::disconnect);
			long start = System.nanoTime();
			session.enqueueAll(LongStream.range(0, jobs), limit);
			Duration enqueued = Duration.ofNanos(System.nanoTime() - start);
			if (this.isEnqueue) {
				return Sample.of(jobs, enqueued, enqueue.usage());
			}
			workspace.settle();
			Meter drain = new Meter(workspace, session::disconnect);
			return Sample.of(jobs, session.drain(jobs), drain.usage());
		}
	}

}
