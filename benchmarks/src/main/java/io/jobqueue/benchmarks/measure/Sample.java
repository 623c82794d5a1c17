package io.jobqueue.benchmarks.measure;

import java.time.Duration;
import java.util.Map;

import io.jobqueue.benchmarks.server.Counters;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one run has shown.
 *
 * @param jobs the number of jobs
 * @param duration how long they took
 * @param server what the server has counted meanwhile
 * @param clientCpuNanos processor time of this process and of those it has started, the
 * server apart
 * @param latencies microseconds from the call of enqueue to the start of the job, if
 * measured
 * @param details what only this scenario has
 */
public record Sample(long jobs, Duration duration, @Nullable Counters server, @Nullable Long clientCpuNanos,
		@Nullable Histogram latencies, Map<String, Object> details) {

	/**
	 * Create a sample without latencies and details.
	 * @param jobs the number of jobs
	 * @param duration how long they took
	 * @param usage what it has cost
	 * @return the sample
	 */
	public static Sample of(long jobs, Duration duration, Usage usage) {
		return new Sample(jobs, duration, usage.server(), usage.clientCpuNanos(), null, Map.of());
	}

	/**
	 * Return this sample with latencies.
	 * @param micros the latencies
	 * @return the new sample
	 */
	public Sample withLatencies(Histogram micros) {
		return new Sample(this.jobs, this.duration, this.server, this.clientCpuNanos, micros, this.details);
	}

	/**
	 * Return this sample with details.
	 * @param more what only this scenario has
	 * @return the new sample
	 */
	public Sample withDetails(Map<String, Object> more) {
		return new Sample(this.jobs, this.duration, this.server, this.clientCpuNanos, this.latencies, more);
	}

	/**
	 * Return the pace.
	 * @return jobs per second
	 */
	public double perSecond() {
		return this.jobs * 1e9 / Math.max(1, this.duration.toNanos());
	}

}
