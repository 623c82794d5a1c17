package io.jobqueue.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.process.WorkerLoop;
import io.jobqueue.benchmarks.server.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker of another node, started by scenarios and talked to over its standard streams.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

	@Option(names = "--engine", required = true)
	private String engine = "";

	@Option(names = "--store", required = true)
	private Store store = Store.POSTGRES;

	@Option(names = "--url", required = true)
	private String url = "";

	@Option(names = "--concurrency")
	private @Nullable Integer concurrency;

	@Override
	public Integer call() throws IOException {
		LiveEngine live = (LiveEngine) Engines.on(this.store, List.of(this.engine)).get(0);
		try (LiveSession session = live.open(this.url, EngineSettings.defaults(this.concurrency))) {
			WorkerLoop.run(session, System.in, System.out);
		}
		return CommandLine.ExitCode.OK;
	}

}
