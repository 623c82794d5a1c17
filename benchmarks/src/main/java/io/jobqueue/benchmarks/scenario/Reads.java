package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.jobqueue.FilledQueue;
import io.jobqueue.benchmarks.engine.jobqueue.JobQueueEngine;
import io.jobqueue.benchmarks.engine.jobqueue.Read;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;
import org.HdrHistogram.Histogram;

/**
 * What people ask while many jobs wait: each question again and again, by one thread.
 */
public final class Reads implements Scenario {

	private static final String READ = "read";

	private static final int MOST_CALLS = 300;

	private static final int FEWEST_CALLS = 5;

	private static final int CALLS_TO_GET_WARM = 20;

	/** So that a slow read does not take minutes, unless it has not been asked often. */
	private static final Duration LONGEST = Duration.ofSeconds(10);

	private static final int DIGITS = 3;

	@Override
	public String name() {
		return "reads";
	}

	@Override
	public long defaultJobs() {
		return 1_000_000;
	}

	@Override
	public int runs(int asked) {
		return 1;
	}

	/** Each read is warm before it is measured. */
	@Override
	public boolean needsWarmUp() {
		return false;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (!(engine instanceof JobQueueEngine)) {
			return List.of();
		}
		long waiting = (options.jobs() != null) ? options.jobs() : defaultJobs();
		return Read.all()
			.stream()
			.map((read) -> new Variant(engine, options.settings(), Map.of(READ, read.name(), Backlog.WAITING, waiting)))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		try (FilledQueue queue = fill(variant, workspace, options)) {
			return measure(queue, variant, options);
		}
	}

	@Override
	public void runEach(Collection<Variant> variants, Supplier<Workspace> workspaces, RunOptions options,
			BiConsumer<Variant, Sample> samples) {
		if (variants.isEmpty()) {
			return;
		}
		try (Workspace workspace = workspaces.get();
				FilledQueue queue = fill(variants.iterator().next(), workspace, options)) {
			variants.forEach((variant) -> samples.accept(variant, measure(queue, variant, options)));
		}
	}

	private FilledQueue fill(Variant variant, Workspace workspace, RunOptions options) {
		FilledQueue queue = ((JobQueueEngine) variant.engine()).fill(workspace.url(), variant.settings(),
				options.jobs(this, variant));
		workspace.settle();
		return queue;
	}

	private Sample measure(FilledQueue queue, Variant variant, RunOptions options) {
		Read read = Read.all()
			.stream()
			.filter((one) -> one.name().equals(variant.facts().get(READ)))
			.findFirst()
			.orElseThrow();
		long calls = Math.min(MOST_CALLS, Math.max(FEWEST_CALLS, options.jobs(this, variant) / MOST_CALLS));
		ask(queue, read, Math.min(CALLS_TO_GET_WARM, calls), LONGEST.dividedBy(CALLS_TO_GET_WARM));
		long start = System.nanoTime();
		Histogram latencies = ask(queue, read, calls, LONGEST);
		return new Sample(0, Duration.ofNanos(System.nanoTime() - start), null, null, latencies, Map.of("calls",
				latencies.getTotalCount(), "maxMillis", TimeUnit.MICROSECONDS.toMillis(latencies.getMaxValue())));
	}

	private static Histogram ask(FilledQueue queue, Read read, long calls, Duration longest) {
		Histogram latencies = new Histogram(DIGITS);
		long end = System.nanoTime() + longest.toNanos();
		for (long i = 0; i < calls && (i < FEWEST_CALLS || System.nanoTime() < end); i++) {
			long start = System.nanoTime();
			queue.ask(read);
			latencies.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
		}
		return latencies;
	}

}
