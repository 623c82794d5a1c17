package io.jobqueue.benchmarks;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.report.Result;
import io.jobqueue.benchmarks.report.Results;
import io.jobqueue.benchmarks.scenario.RunOptions;
import io.jobqueue.benchmarks.scenario.Scenario;
import io.jobqueue.benchmarks.scenario.Variant;
import io.jobqueue.benchmarks.server.Server;
import org.HdrHistogram.Histogram;

/**
 * Runs a scenario with all engines on one server: each of them once to warm up, then all
 * in turn, so that a change of the machine's mood meets all of them.
 */
final class Comparison {

	private static final double MICROS_PER_MILLI = 1000;

	private final Scenario scenario;

	private final RunOptions options;

	private final int runs;

	private final boolean isWarmUp;

	private final PrintWriter progress;

	Comparison(Scenario scenario, RunOptions options, int runs, boolean isWarmUp, PrintWriter progress) {
		this.scenario = scenario;
		this.options = options;
		this.runs = runs;
		this.isWarmUp = isWarmUp;
		this.progress = progress;
	}

	List<Result> run(Server server, List<Engine> engines) {
		String machine = machine();
		Map<Variant, List<Sample>> samples = new LinkedHashMap<>();
		engines.stream()
			.flatMap((engine) -> this.scenario.variants(engine, this.options).stream())
			.forEach((variant) -> samples.put(variant, new ArrayList<>()));
		for (int i = this.isWarmUp ? 0 : 1; i <= this.runs; i++) {
			int round = i;
			this.scenario.runEach(samples.keySet(), server::open, this.options, (variant, sample) -> {
				tell(round, variant, sample);
				if (round > 0) {
					samples.getOrDefault(variant, new ArrayList<>()).add(sample);
				}
			});
		}
		Results results = new Results(LocalDate.now().toString(), server.description(), machine);
		return samples.entrySet()
			.stream()
			.map((each) -> results.of(this.scenario.name(), each.getKey(), each.getValue()))
			.toList();
	}

	private void tell(int round, Variant variant, Sample sample) {
		this.progress.printf(Locale.ROOT, "# %s %s: %s on %s, history %s %s: %s%n", this.scenario.name(),
				(round == 0) ? "warm-up" : "run " + round, variant.engine().name(), variant.engine().store(),
				variant.history() ? "on" : "off", variant.facts().isEmpty() ? "" : variant.facts(), seen(sample));
		this.progress.flush();
	}

	private static String seen(Sample sample) {
		Histogram latencies = sample.latencies();
		return (sample.jobs() > 0 || latencies == null) ? String.format(Locale.ROOT, "%,.0f/s", sample.perSecond())
				: String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms",
						latencies.getValueAtPercentile(50) / MICROS_PER_MILLI,
						latencies.getValueAtPercentile(99) / MICROS_PER_MILLI);
	}

	private static String machine() {
		return String.format(Locale.ROOT, "%d processors, load %.2f at the start, JDK %s",
				Runtime.getRuntime().availableProcessors(),
				ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), Runtime.version());
	}

}
