package io.jobqueue.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import io.jobqueue.benchmarks.report.JsonLines;
import io.jobqueue.benchmarks.report.Page;
import io.jobqueue.benchmarks.report.Plot;
import io.jobqueue.benchmarks.report.Result;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes tables and plots of results.
 */
@Command(name = "report", mixinStandardHelpOptions = true,
		description = "Make tables and plots of results that were written by --json.")
final class ReportCommand implements Callable<Integer> {

	@Parameters(paramLabel = "FILE", description = "The results.")
	private Path json = Path.of("");

	@Option(names = "--page", description = "A page in Markdown whose tables are replaced.")
	private @Nullable Path page;

	@Option(names = "--plots", description = "A directory for plots.")
	private @Nullable Path plots;

	@Override
	public Integer call() {
		List<Result> results = JsonLines.read(this.json);
		if (this.page != null) {
			new Page(this.page).update(results);
		}
		if (this.plots != null) {
			Plot.draw(results, this.plots);
		}
		return CommandLine.ExitCode.OK;
	}

}
