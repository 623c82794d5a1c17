package io.jobqueue.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.jobqueue.benchmarks.engine.LatencyProbe;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a worker process does: it says that it is ready, waits for a line, works and tells
 * how many jobs have run, and reports when it is told to stop, or its parent has died.
 */
public final class WorkerLoop {

	static final String READY = "ready";

	static final String COUNT = "count ";

	static final String REPORT = "report ";

	private static final long TELL_MILLIS = 10;

	private WorkerLoop() {
	}

	/**
	 * Work as the parent says.
	 * @param session the queue
	 * @param input what the parent says
	 * @param output what the parent is told
	 * @throws IOException if the parent cannot be heard
	 */
	public static void run(LiveSession session, InputStream input, PrintStream output) throws IOException {
		BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
		say(output, READY);
		if (lines.readLine() == null) {
			return;
		}
		LatencyProbe probe = new LatencyProbe();
		Worker worker = session.work(probe);
		ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor();
		teller.scheduleWithFixedDelay(new Teller(probe, output), 0, TELL_MILLIS, TimeUnit.MILLISECONDS);
		lines.readLine();
		teller.shutdownNow();
		worker.close();
		say(output, REPORT + new JsonMapper().writeValueAsString(
				new WorkerReport(probe.count(), probe.first(), probe.last(), WorkerReport.encode(probe.latencies()))));
	}

	private static void say(PrintStream output, String line) {
		synchronized (output) {
			output.println(line);
			output.flush();
		}
	}

	/**
	 * Tells the number of jobs when it has changed.
	 */
	private static final class Teller implements Runnable {

		private final LatencyProbe probe;

		private final PrintStream output;

		private long told;

		Teller(LatencyProbe probe, PrintStream output) {
			this.probe = probe;
			this.output = output;
		}

		@Override
		public void run() {
			long count = this.probe.count();
			if (count != this.told) {
				say(this.output, COUNT + count);
				this.told = count;
			}
		}

	}

}
