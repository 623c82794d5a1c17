package io.jobqueue.benchmarks;

import java.util.List;

import io.jobqueue.benchmarks.report.Result;
import io.jobqueue.benchmarks.scenario.Idle;
import io.jobqueue.benchmarks.server.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scenarios that are not run by all engines.
 */
class ScenariosIntegrationTests extends SmokeRun {

	private static PostgresServer postgres;

	@BeforeAll
	static void startPostgres() {
		postgres = PostgresServer.start(new Idle().serverSettings());
	}

	@AfterAll
	static void stopPostgres() {
		postgres.close();
	}

	@Test
	void thisProjectRunsTheOtherScenarios() {
		List<Result> results = run("enqueue-bulk", "latency", "metrics", "limits-enqueue", "limits", "idle", "backlog",
				"pinned", "reads", "--engine", "job-queue", "--minutes", "0.02", "--url", postgres.url(),
				"--concurrency", "4");
		assertThat(results).filteredOn((result) -> List.of("latency", "pinned", "reads").contains(result.scenario()))
			.allSatisfy((result) -> assertThat(result.p99Millis()).isGreaterThanOrEqualTo(result.p50Millis()));
		assertThat(details(results, "latency", "worker")).containsExactly("same node", "other node");
		assertThat(details(results, "metrics", "metrics")).containsExactly("off", "on");
		assertThat(List.of("limits-enqueue", "limits"))
			.allSatisfy((limits) -> assertThat(details(results, limits, "limit")).containsExactly("none", "key",
					"unique", "queue", "rate"));
		assertThat(details(results, "idle", "statementsPerSecond"))
			.allSatisfy((statements) -> assertThat((Double) statements).isBetween(0.0, 50.0));
		assertThat(details(results, "backlog", "waiting")).hasSizeGreaterThan(1);
		assertThat(details(results, "reads", "read")).doesNotHaveDuplicates()
			.contains("find: waiting", "explain: waiting", "page: all", "count: all", "endpoint: /queues");
		assertThat(details(results, "reads", "calls")).allSatisfy((calls) -> assertThat((Double) calls).isEqualTo(5));
		assertThat(details(results, "pinned", "snapshot")).containsExactly("none", "held");
		assertThat(details(results, "pinned", "curve")).allSatisfy((curve) -> assertThat((List<?>) curve).isNotEmpty());
	}

}
