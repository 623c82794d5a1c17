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
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs scenarios with few jobs. What is measured says nothing then, but it has to be
 * there. An engine that does not run all jobs fails, because it is waited for.
 */
abstract class SmokeRun {

	@TempDir
	private Path directory;

	List<Result> run(String... arguments) {
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

	static Set<String> engines(List<Result> results, String scenario) {
		return results.stream()
			.filter((result) -> result.scenario().equals(scenario))
			.map(Result::engine)
			.collect(Collectors.toSet());
	}

	static List<Object> details(List<Result> results, String scenario, String detail) {
		return results.stream()
			.filter((result) -> result.scenario().equals(scenario))
			.map((result) -> result.details().get(detail))
			.toList();
	}

}
