package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running {@link WorkerMain}.
 */
final class WorkerProcess {

	private final String node;

	private final Path log;

	private final Process process;

	WorkerProcess(String node, int port, StoreClient.Address address, ChaosSettings settings, Path directory)
			throws IOException {
		this.node = node;
		this.log = directory.resolve("worker-" + node + ".log");
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
				WorkerMain.class.getName(), node, Integer.toString(port)));
		command.addAll(address.toArguments());
		command.addAll(settings.toArguments());
		this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(this.log.toFile()).start();
	}

	String node() {
		return this.node;
	}

	Path log() {
		return this.log;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	void freeze() {
		Signals.send("STOP", this.process.pid());
	}

	void thaw() {
		if (this.process.isAlive()) {
			Signals.send("CONT", this.process.pid());
		}
	}

	/**
	 * Tell it to end by SIGTERM.
	 */
	void terminate() {
		Signals.send("TERM", this.process.pid());
	}

	/**
	 * Kill it by SIGKILL, which also ends a frozen one, and wait until it is gone.
	 */
	void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Worker " + this.node + " survived");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public String toString() {
		return this.node;
	}

}
