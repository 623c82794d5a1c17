package io.jobqueue.benchmarks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.measure.Profile;
import io.jobqueue.benchmarks.report.JsonLines;
import io.jobqueue.benchmarks.report.Result;
import io.jobqueue.benchmarks.report.ResultTable;
import io.jobqueue.benchmarks.scenario.RunOptions;
import io.jobqueue.benchmarks.scenario.Scenario;
import io.jobqueue.benchmarks.server.PostgresServer;
import io.jobqueue.benchmarks.server.RedisServer;
import io.jobqueue.benchmarks.server.Server;
import io.jobqueue.benchmarks.server.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures this project beside its peers.
 */
@Command(name = "benchmarks", mixinStandardHelpOptions = true, sortOptions = false,
		subcommands = { ReportCommand.class, WorkerCommand.class },
		description = "Measure this project beside its peers, on servers of its own.")
public final class Benchmarks implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(paramLabel = "SCENARIO", arity = "0..*",
			description = "What to measure: ${COMPLETION-CANDIDATES}. The first one is all up to idle.",
			completionCandidates = ScenarioNames.class)
	private List<String> scenarios = new ArrayList<>();

	@Option(names = "--engine", split = ",", description = "Engines by name, all by default.")
	private List<String> engines = new ArrayList<>();

	@Option(names = "--store", defaultValue = "postgres", description = "postgres (default) or redis.")
	private Store store = Store.POSTGRES;

	@Option(names = "--jobs", description = "Jobs per run; by default what the scenario and the engine suggest.")
	private @Nullable Long jobs;

	@Option(names = "--concurrency", description = "Jobs at once; by default what suits each engine best.")
	private @Nullable Integer concurrency;

	@Option(names = "--runs", defaultValue = "3",
			description = "Measured runs of each engine, after one to warm up. Default: ${DEFAULT-VALUE}.")
	private int runs = 3;

	@Option(names = "--no-warm-up", hidden = true)
	private boolean isCold;

	@Option(names = "--minutes", defaultValue = "1",
			description = "How long to go on, for scenarios that take as long as they are told. Default: ${DEFAULT-VALUE}.")
	private double minutes = 1;

	@Option(names = "--json", description = "Append one JSON object per result to this file.")
	private @Nullable Path json;

	@Option(names = "--url", description = "A server to use instead of an own one: a JDBC URL, or redis://.")
	private @Nullable String url;

	@Option(names = "--profile", description = "Record the client with the JDK Flight Recorder, to SCENARIO.jfr.")
	private boolean profile;

	/**
	 * Run, and end the process.
	 * @param args the arguments
	 */
	public static void main(String[] args) {
		System.exit(commandLine().execute(args));
	}

	static CommandLine commandLine() {
		return new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
	}

	@Override
	public Integer call() {
		if (this.scenarios.isEmpty()) {
			throw new ParameterException(commandSpec().commandLine(), "Name a scenario");
		}
		List<Scenario> chosen = valid(() -> Scenarios.named(this.scenarios));
		valid(() -> positive("--runs", this.runs) && positive("--jobs", this.jobs)
				&& positive("--concurrency", this.concurrency) && positive("--minutes", this.minutes));
		List<Engine> compared = valid(() -> Engines.on(this.store, this.engines));
		PrintWriter out = commandSpec().commandLine().getOut();
		for (Scenario scenario : chosen) {
			List<Result> results = measure(scenario, compared);
			if (!results.isEmpty()) {
				out.println(new ResultTable(results).text());
			}
			for (Result result : results) {
				out.println(JsonLines.toJson(result));
				if (this.json != null) {
					JsonLines.append(this.json, result);
				}
			}
			out.flush();
		}
		return CommandLine.ExitCode.OK;
	}

	private static boolean positive(String option, @Nullable Number value) {
		if (value != null && value.doubleValue() <= 0) {
			throw new IllegalArgumentException(option + " must be greater than 0");
		}
		return true;
	}

	private <T> T valid(Supplier<T> choice) {
		try {
			return choice.get();
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(commandSpec().commandLine(), String.valueOf(ex.getMessage()));
		}
	}

	private CommandSpec commandSpec() {
		CommandSpec itsSpec = this.spec;
		if (itsSpec == null) {
			throw new IllegalStateException("Not called by picocli");
		}
		return itsSpec;
	}

	private List<Result> measure(Scenario scenario, List<Engine> compared) {
		RunOptions options = new RunOptions(this.jobs, this.concurrency,
				Duration.ofMillis(Math.round(this.minutes * 60_000)));
		Comparison comparison = new Comparison(scenario, options, scenario.runs(this.runs),
				scenario.needsWarmUp() && !this.isCold, commandSpec().commandLine().getErr());
		try (Server server = server(scenario)) {
			return this.profile ? profile(scenario, () -> comparison.run(server, compared))
					: comparison.run(server, compared);
		}
	}

	private List<Result> profile(Scenario scenario, Supplier<List<Result>> work) {
		Path file = Path.of(scenario.name() + ".jfr");
		try (Profile recording = new Profile(file)) {
			List<Result> results = work.get();
			PrintWriter out = commandSpec().commandLine().getErr();
			out.println("# " + file.toAbsolutePath() + ", where the processor was seen most often:");
			recording.stop().forEach((line) -> out.println("# " + line));
			out.flush();
			return results;
		}
	}

	private Server server(Scenario scenario) {
		String given = this.url;
		if (this.store == Store.REDIS) {
			return (given != null) ? RedisServer.at(given) : RedisServer.start();
		}
		return (given != null) ? PostgresServer.at(given) : PostgresServer.start(scenario.serverSettings());
	}

	/**
	 * The names of scenarios, for the help.
	 */
	static final class ScenarioNames extends ArrayList<String> {

		private static final long serialVersionUID = 1;

		ScenarioNames() {
			super(Scenarios.names());
		}

	}

}
