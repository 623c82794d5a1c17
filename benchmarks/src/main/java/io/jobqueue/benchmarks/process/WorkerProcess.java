package io.jobqueue.benchmarks.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.EngineSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A worker in a process of its own, which runs the hidden command {@code worker} of this
 * program.
 */
public final class WorkerProcess implements AutoCloseable {

	private static final String MAIN_CLASS = "io.jobqueue.benchmarks.Benchmarks";

	private final Process process;

	private final PrintStream input;

	private final BufferedReader output;

	private final Thread listener = new Thread(this::listen, "worker-process-listener");

	private volatile long count;

	private volatile @Nullable WorkerReport report;

	/**
	 * Start a process. It connects to the queue, but does not work yet.
	 * @param engine the engine
	 * @param settings how it is set up
	 * @param url where
	 */
	public WorkerProcess(Engine engine, EngineSettings settings, String url) {
		try {
			this.process = new ProcessBuilder(command(engine, settings, url))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			this.listener.setDaemon(true);
			this.input = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
			this.output = new BufferedReader(
					new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> command(Engine engine, EngineSettings settings, String url) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
		String classPath = System.getProperty("java.class.path");
		if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
			command.addAll(List.of("-jar", classPath));
		}
		else {
			command.addAll(List.of("-cp", classPath, MAIN_CLASS));
		}
		command
			.addAll(List.of("worker", "--engine", engine.name(), "--store", engine.store().toString(), "--url", url));
		if (settings.concurrency() != null) {
			command.addAll(List.of("--concurrency", String.valueOf(settings.concurrency())));
		}
		return command;
	}

	/**
	 * Wait until the process could work.
	 */
	public void awaitReady() {
		String line = line();
		if (!WorkerLoop.READY.equals(line)) {
			throw new IllegalStateException("The worker process says " + line);
		}
	}

	/**
	 * Let it work.
	 */
	public void work() {
		this.input.println("work");
		this.listener.start();
	}

	private void listen() {
		String line = line();
		while (line != null && !line.startsWith(WorkerLoop.REPORT)) {
			if (line.startsWith(WorkerLoop.COUNT)) {
				this.count = Long.parseLong(line.substring(WorkerLoop.COUNT.length()));
			}
			line = line();
		}
		if (line != null) {
			this.report = new JsonMapper().readValue(line.substring(WorkerLoop.REPORT.length()), WorkerReport.class);
		}
	}

	private @Nullable String line() {
		try {
			return this.output.readLine();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Return how many jobs it has run, as far as it has told.
	 * @return the number
	 */
	public long count() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("A worker process has died");
		}
		return this.count;
	}

	/**
	 * Let it stop, and wait until it has ended.
	 * @return what it has seen
	 */
	public WorkerReport stop() {
		this.input.println("stop");
		try {
			this.listener.join();
			this.process.waitFor();
			WorkerReport result = this.report;
			if (result == null) {
				throw new IllegalStateException("A worker process has not reported");
			}
			return result;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
