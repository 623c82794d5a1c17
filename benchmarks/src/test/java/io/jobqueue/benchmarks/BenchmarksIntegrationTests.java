package io.jobqueue.benchmarks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.report.JsonLines;
import io.jobqueue.benchmarks.report.Result;
import io.jobqueue.benchmarks.scenario.Idle;
import io.jobqueue.benchmarks.server.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs scenarios with few jobs. What is measured says nothing then, but it has to be
 * there. An engine that does not run all jobs fails, because it is waited for.
 */
class BenchmarksIntegrationTests {

	private static PostgresServer postgres;

	@TempDir
	private Path directory;

	@BeforeAll
	static void startPostgres() {
		postgres = PostgresServer.start(new Idle().serverSettings());
	}

	@AfterAll
	static void stopPostgres() {
		postgres.close();
	}

	@Test
	void javaEnginesOnPostgresEnqueueAndDrain() {
		List<Result> results = run("enqueue-single", "drain", "--engine", "job-queue,db-scheduler,jobrunr,insert,raw",
				"--url", postgres.url());
		assertThat(engines(results, "enqueue-single")).containsExactlyInAnyOrder("job-queue", "db-scheduler", "jobrunr",
				"insert", "raw");
		assertThat(engines(results, "drain")).containsExactlyInAnyOrder("job-queue", "db-scheduler", "jobrunr", "raw");
		assertThat(results).filteredOn((result) -> result.engine().equals("job-queue"))
			.filteredOn((result) -> result.scenario().equals("drain"))
			.extracting(Result::history)
			.containsExactly(true, false);
		assertThat(results).allSatisfy((result) -> {
			assertThat(result.store()).isEqualTo("postgres");
			assertThat(result.walBytesPerJob()).isPositive();
			assertThat(result.commitsPerJob()).isPositive();
			assertThat(result.server()).contains("fsync on, synchronous_commit on, full_page_writes on");
		});
		// Counters are those of the engine alone.
		assertThat(results).filteredOn((result) -> result.scenario().equals("enqueue-single"))
			.allSatisfy((result) -> assertThat(result.commitsPerJob()).isBetween(1.0, 3.0));
	}

	@Test
	void javaEnginesOnRedisEnqueueAndDrain() {
		List<Result> results = run("drain", "steady", "--store", "redis", "--engine", "job-queue,raw");
		assertThat(engines(results, "steady")).containsExactlyInAnyOrder("job-queue", "raw");
		assertThat(results).allSatisfy((result) -> {
			assertThat(result.store()).isEqualTo("redis");
			assertThat(result.walBytesPerJob()).isPositive();
			assertThat(result.commandsPerJob()).isPositive();
			assertThat(result.commitsPerJob()).isNull();
			assertThat(result.cpuSecondsPerMillionJobs().server()).isNotNull();
			assertThat(result.server()).contains("appendonly yes, appendfsync everysec");
		});
	}

	@Test
	void thisProjectRunsTheOtherScenarios() {
		List<Result> results = run("enqueue-bulk", "latency", "metrics", "idle", "backlog", "pinned", "--engine",
				"job-queue", "--minutes", "0.02", "--url", postgres.url(), "--concurrency", "4");
		assertThat(results).filteredOn((result) -> List.of("latency", "pinned").contains(result.scenario()))
			.allSatisfy((result) -> assertThat(result.p99Millis()).isGreaterThanOrEqualTo(result.p50Millis()));
		assertThat(details(results, "latency", "worker")).containsExactly("same node", "other node");
		assertThat(details(results, "metrics", "metrics")).containsExactly("off", "on");
		assertThat(details(results, "idle", "statementsPerSecond"))
			.allSatisfy((statements) -> assertThat((Double) statements).isBetween(0.0, 50.0));
		assertThat(details(results, "backlog", "waiting")).hasSizeGreaterThan(1);
		assertThat(details(results, "pinned", "snapshot")).containsExactly("none", "held");
		assertThat(details(results, "pinned", "curve")).allSatisfy((curve) -> assertThat((List<?>) curve).isNotEmpty());
	}

	private List<Result> run(String... arguments) {
		Path file = this.directory.resolve("results.json");
		CommandLine commandLine = Benchmarks.commandLine()
			.setOut(new PrintWriter(System.out, true))
			.setErr(new PrintWriter(System.err, true));
		String[] all = Stream
			.concat(Arrays.stream(arguments),
					Stream.of("--jobs", "100", "--runs", "1", "--no-warm-up", "--json", file.toString()))
			.toArray(String[]::new);
		assertThat(commandLine.execute(all)).isZero();
		List<Result> results = JsonLines.read(file);
		assertThat(results).allSatisfy((result) -> {
			assertThat(result.version()).isNotNull();
			assertThat(result.runs()).isOne();
			assertThat(result.min()).isEqualTo(result.perSecond()).isEqualTo(result.max());
		});
		return results;
	}

	private static Set<String> engines(List<Result> results, String scenario) {
		return results.stream()
			.filter((result) -> result.scenario().equals(scenario))
			.map(Result::engine)
			.collect(Collectors.toSet());
	}

	private static List<Object> details(List<Result> results, String scenario, String detail) {
		return results.stream()
			.filter((result) -> result.scenario().equals(scenario))
			.map((result) -> result.details().get(detail))
			.toList();
	}

}
