package io.jobqueue.benchmarks.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.measure.Statistics;
import io.jobqueue.benchmarks.scenario.Variant;
import io.jobqueue.benchmarks.server.Counters;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Makes results of samples: medians of runs, and latencies of all runs together.
 */
public final class Results {

	private static final int DIGITS = 4;

	private static final double NANOS = 1e9;

	private static final double MICROS_PER_MILLI = 1000;

	private final String date;

	private final String server;

	private final String machine;

	/**
	 * Create a maker of results.
	 * @param date the day
	 * @param server version and settings of the server
	 * @param machine what it ran on
	 */
	public Results(String date, String server, String machine) {
		this.date = date;
		this.server = server;
		this.machine = machine;
	}

	/**
	 * Make a result.
	 * @param scenario the name of the scenario
	 * @param variant what was measured
	 * @param samples all runs but the warm-up, at least one
	 * @return the result
	 */
	public Result of(String scenario, Variant variant, List<Sample> samples) {
		Histogram latencies = latencies(samples);
		return new Result(this.date, variant.engine().name(), variant.engine().version(),
				variant.engine().store().toString(), scenario, variant.history(), samples.get(0).jobs(),
				rounded(Statistics.median(samples, Sample::perSecond)),
				rounded(samples.stream().mapToDouble(Sample::perSecond).min().orElseThrow()),
				rounded(samples.stream().mapToDouble(Sample::perSecond).max().orElseThrow()), samples.size(),
				perJob(samples, Counters::walBytes), perJob(samples, Counters::commits),
				perJob(samples, Counters::commands),
				new Result.Cpu(perJob(samples, Sample::clientCpuNanos, NANOS / 1e6),
						perJob(samples, (sample) -> counted(sample, Counters::cpuNanos), NANOS / 1e6)),
				percentile(latencies, 50), percentile(latencies, 99), this.server, this.machine,
				details(variant, samples));
	}

	private static @Nullable Histogram latencies(List<Sample> samples) {
		Histogram all = null;
		for (Sample sample : samples) {
			Histogram one = sample.latencies();
			if (one != null) {
				if (all == null) {
					all = new Histogram(one.getNumberOfSignificantValueDigits());
					all.setAutoResize(true);
				}
				all.add(one);
			}
		}
		return all;
	}

	private static @Nullable Double percentile(@Nullable Histogram micros, double percentile) {
		return (micros != null) ? Statistics.round(micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI, DIGITS)
				: null;
	}

	private static @Nullable Double perJob(List<Sample> samples, Function<Counters, @Nullable Long> counter) {
		return perJob(samples, (sample) -> counted(sample, counter), 1);
	}

	private static @Nullable Double perJob(List<Sample> samples, Function<Sample, @Nullable Long> figure, double unit) {
		return Statistics.round(Statistics.median(samples, (sample) -> {
			Long value = figure.apply(sample);
			return (value != null && sample.jobs() > 0) ? value / unit / sample.jobs() : null;
		}), DIGITS);
	}

	private static @Nullable Long counted(Sample sample, Function<Counters, @Nullable Long> counter) {
		Counters counters = sample.server();
		return (counters != null) ? counter.apply(counters) : null;
	}

	// Numbers are medians; of anything else, such as a curve, the last run is kept.
	private static Map<String, Object> details(Variant variant, List<Sample> samples) {
		Map<String, Object> details = new TreeMap<>(variant.facts());
		samples.get(samples.size() - 1).details().forEach((key, value) -> {
			Object kept = value;
			if (value instanceof Number) {
				kept = rounded(
						Statistics.median(samples, (sample) -> (sample.details().get(key) instanceof Number number)
								? number.doubleValue() : null));
			}
			details.put(key, kept);
		});
		return details;
	}

	private static double rounded(@Nullable Double value) {
		Double rounded = Statistics.round(value, DIGITS);
		return (rounded != null) ? rounded : 0;
	}

}
