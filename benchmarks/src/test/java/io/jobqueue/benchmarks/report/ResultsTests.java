package io.jobqueue.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.jobqueue.JobQueueEngine;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.scenario.Variant;
import io.jobqueue.benchmarks.server.Counters;
import io.jobqueue.benchmarks.server.Store;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Results} and what is made of them.
 */
class ResultsTests {

	private final Variant variant = new Variant(new JobQueueEngine(Store.POSTGRES), EngineSettings.defaults(null),
			Map.of("nodes", 2));

	private final Result result = new Results("2026-01-01", "a server", "a machine").of("nodes", this.variant,
			List.of(sample(1, 1000), sample(2, 2000), sample(4, 9000)));

	@Test
	void paceAndCostsAreMedians() {
		assertThat(this.result.perSecond()).isEqualTo(50);
		assertThat(this.result.min()).isEqualTo(25);
		assertThat(this.result.max()).isEqualTo(100);
		assertThat(this.result.walBytesPerJob()).isEqualTo(20);
		assertThat(this.result.commitsPerJob()).isEqualTo(0.5);
		assertThat(this.result.cpuSecondsPerMillionJobs()).isEqualTo(new Result.Cpu(10.0, 30.0));
	}

	@Test
	void latenciesOfAllRunsCountTogether() {
		assertThat(this.result.p50Millis()).isBetween(1.9, 2.1);
		assertThat(this.result.p99Millis()).isBetween(8.9, 9.1);
	}

	@Test
	void historyIsWhatTheEngineDoesByDefault() {
		assertThat(this.result.history()).isTrue();
	}

	@Test
	void linesAreReadAsTheyWereWritten(@TempDir Path directory) {
		Path file = directory.resolve("results.json");
		JsonLines.append(file, this.result);
		JsonLines.append(file, this.result);
		assertThat(JsonLines.read(file)).containsExactly(this.result, this.result);
	}

	@Test
	void lineHasTheAgreedFieldsAndOmitsWhatIsUnknown() {
		assertThat(JsonLines.toJson(this.result))
			.contains("\"engine\":\"job-queue\"", "\"version\":\"", "\"nodes\":2",
					"\"cpuSecondsPerMillionJobs\":{\"client\":10.0,\"server\":30.0}", "\"walBytesPerJob\":20.0")
			.doesNotContain("commandsPerJob", "null");
	}

	@Test
	void tableLeavesEmptyColumnsOut() {
		assertThat(new ResultTable(List.of(this.result)).text()).contains("nodes", "jobs/s", "p99 ms")
			.doesNotContain("commands/job");
	}

	@Test
	void pageKeepsWhatIsAroundItsTables(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("page.md");
		Files.writeString(file, """
				before
				<!-- results nodes postgres -->
				old
				<!-- end -->
				between
				<!-- results drain postgres -->
				kept
				<!-- end -->
				""");
		new Page(file).update(List.of(this.result));
		assertThat(Files.readString(file)).startsWith("before\n<!-- results nodes postgres -->\n")
			.doesNotContain("old")
			.contains("| job-queue ", "a machine")
			.endsWith("<!-- end -->\nbetween\n<!-- results drain postgres -->\nkept\n<!-- end -->\n");
	}

	@Test
	void curvesBecomePlots(@TempDir Path directory) {
		Result backlog = with("backlog", Map.of("waiting", 1000));
		Result pinned = with("pinned", Map.of("snapshot", "held", "curve",
				List.of(Map.of("second", 1.0, "p99Millis", 2.0), Map.of("second", 2.0, "p99Millis", 3.0))));
		assertThat(Plot.draw(List.of(backlog, pinned, this.result), directory)).hasSize(2)
			.allSatisfy((file) -> assertThat(file).content().contains("<svg"));
	}

	private Result with(String scenario, Map<String, Object> details) {
		return new Results("2026-01-01", "a server", "a machine").of(scenario,
				new Variant(this.variant.engine(), this.variant.settings(), details), List.of(sample(1, 1000)));
	}

	private static Sample sample(int seconds, long micros) {
		Histogram latencies = new Histogram(3);
		latencies.recordValue(micros);
		return new Sample(100, Duration.ofSeconds(seconds), new Counters(seconds * 1000L, 50L, null, 3_000_000L),
				1_000_000L, latencies, Map.of());
	}

}
