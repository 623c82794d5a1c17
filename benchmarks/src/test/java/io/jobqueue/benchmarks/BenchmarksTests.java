package io.jobqueue.benchmarks;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the arguments of {@link Benchmarks}.
 */
class BenchmarksTests {

	private final StringWriter errors = new StringWriter();

	private final StringWriter output = new StringWriter();

	@Test
	void unknownScenarioIsRefusedWithTheKnownOnes() {
		assertThat(execute("no-such-scenario")).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.errors.toString()).contains("No scenario 'no-such-scenario'", "enqueue-bulk", "drain");
	}

	@Test
	void engineOfAnotherStoreIsRefusedWithTheKnownOnes() {
		assertThat(execute("drain", "--engine", "jobrunr", "--store", "redis")).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.errors.toString()).contains("No engine 'jobrunr' on redis", "job-queue", "bullmq");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--jobs=many", "--store=memory", "--runs=", "--nonsense=1", "--runs=0", "--jobs=0",
			"--concurrency=0" })
	void wrongOptionIsRefused(String option) {
		assertThat(execute("drain", option)).isEqualTo(CommandLine.ExitCode.USAGE);
	}

	@Test
	void scenarioIsRequired() {
		assertThat(execute()).isEqualTo(CommandLine.ExitCode.USAGE);
	}

	@Test
	void helpNamesScenariosAndOptions() {
		assertThat(execute("--help")).isEqualTo(CommandLine.ExitCode.OK);
		assertThat(this.output.toString()).contains("enqueue-bulk", "pinned", "--profile", "--json", "report")
			.doesNotContain("worker ");
	}

	private int execute(String... arguments) {
		return Benchmarks.commandLine()
			.setErr(new PrintWriter(this.errors, true))
			.setOut(new PrintWriter(this.output, true))
			.execute(arguments);
	}

}
