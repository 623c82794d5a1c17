package io.jobqueue.benchmarks.measure;

import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.jobqueue.benchmarks.server.Counters;
import io.jobqueue.benchmarks.server.ProcessTree;
import io.jobqueue.benchmarks.server.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a piece of work costs, from its construction on.
 */
public final class Meter {

	/** Until connections that have been closed have reported what they did. */
	private static final long REPORT_MILLIS = 300;

	private static final ProcessTree CLIENT = new ProcessTree(ProcessHandle.current());

	private final Workspace workspace;

	private final Runnable disconnect;

	private final Counters server;

	private final @Nullable Long client;

	/**
	 * Begin.
	 * @param workspace where the work is done
	 * @param disconnect closes connections, so that they report what they did
	 */
	public Meter(Workspace workspace, Runnable disconnect) {
		this.workspace = workspace;
		this.disconnect = disconnect;
		this.server = counters();
		this.client = clientCpu();
	}

	/**
	 * Return what has been used since the beginning.
	 * @return the usage
	 */
	public Usage usage() {
		Long now = clientCpu();
		Long cpu = (this.client != null && now != null) ? now - this.client : null;
		return new Usage(counters().since(this.server), cpu);
	}

	private Counters counters() {
		this.disconnect.run();
		try {
			TimeUnit.MILLISECONDS.sleep(REPORT_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.workspace.counters();
	}

	private @Nullable Long clientCpu() {
		return CLIENT.cpuNanos(Set.copyOf(this.workspace.processes()));
	}

}
