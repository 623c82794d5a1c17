package io.jobqueue.benchmarks;

import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.report.Result;
import io.jobqueue.benchmarks.server.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All engines of this JVM, on both kinds of servers.
 */
class EnginesIntegrationTests extends SmokeRun {

	private static PostgresServer postgres;

	@BeforeAll
	static void startPostgres() {
		postgres = PostgresServer.start(Map.of());
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

}
