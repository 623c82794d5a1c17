package io.jobqueue.benchmarks.report;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What all runs of one variant have shown: one line of JSON. What does not apply, or is
 * not known, is absent.
 *
 * @param date the day
 * @param engine the name of the engine
 * @param version its version
 * @param store the kind of server
 * @param scenario the name of the scenario
 * @param history whether finished jobs are kept
 * @param jobs the number of jobs of a run
 * @param perSecond the median of jobs per second
 * @param min the slowest run, in jobs per second
 * @param max the fastest run, in jobs per second
 * @param runs the number of runs, without the warm-up
 * @param walBytesPerJob bytes written ahead by the server
 * @param commitsPerJob committed transactions
 * @param commandsPerJob commands sent
 * @param cpuSecondsPerMillionJobs processor time
 * @param p50Millis the median of latencies
 * @param p99Millis what 99 of 100 latencies do not exceed
 * @param server version and settings of the server
 * @param machine processors, load, and JDK
 * @param details what only this scenario has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(String date, String engine, String version, String store, String scenario, boolean history,
		long jobs, double perSecond, double min, double max, int runs, @Nullable Double walBytesPerJob,
		@Nullable Double commitsPerJob, @Nullable Double commandsPerJob, @Nullable Cpu cpuSecondsPerMillionJobs,
		@Nullable Double p50Millis, @Nullable Double p99Millis, String server, String machine,
		@JsonAnyGetter @JsonAnySetter Map<String, Object> details) {

	/**
	 * Processor time in seconds per million jobs.
	 *
	 * @param client of the benchmark and the processes it has started
	 * @param server of the server
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Cpu(@Nullable Double client, @Nullable Double server) {

	}

}
