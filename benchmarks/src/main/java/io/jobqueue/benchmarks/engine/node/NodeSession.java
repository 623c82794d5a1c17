package io.jobqueue.benchmarks.engine.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.Session;
import tools.jackson.databind.json.JsonMapper;

/**
 * A queue of Node.js: each action is a process, which measures the time itself.
 */
final class NodeSession implements Session {

	private static final double NANOS_PER_MILLI = 1e6;

	private final Path directory;

	private final String engine;

	private final String url;

	private final EngineSettings settings;

	NodeSession(Path directory, String engine, String url, EngineSettings settings) {
		this.directory = directory;
		this.engine = engine;
		this.url = url;
		this.settings = settings;
	}

	@Override
	public Duration enqueueAll(long jobs) {
		return run("enqueue", jobs);
	}

	@Override
	public Duration drain(long jobs) {
		return run("drain", jobs);
	}

	private Duration run(String action, long jobs) {
		List<String> command = new ArrayList<>(
				List.of("node", "run.js", this.engine, action, this.url, String.valueOf(jobs)));
		if (this.settings.concurrency() != null) {
			command.add(String.valueOf(this.settings.concurrency()));
		}
		try {
			Process process = new ProcessBuilder(command).directory(this.directory.toFile())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			return duration(process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Duration duration(Process process) throws IOException {
		try (InputStream output = process.getInputStream()) {
			String line = new String(output.readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(this.engine + " has failed: " + line);
			}
			double millis = new JsonMapper().readTree(line).path("millis").asDouble();
			return Duration.ofNanos(Math.round(millis * NANOS_PER_MILLI));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			process.destroy();
		}
	}

	@Override
	public void close() {
		// its processes have ended
	}

}
