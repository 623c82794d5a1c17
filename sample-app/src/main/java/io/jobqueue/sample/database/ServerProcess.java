package io.jobqueue.sample.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of a server, which may have outlived the application that started it.
 *
 * @param handle the process
 */
record ServerProcess(ProcessHandle handle) {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	/**
	 * Find the server that has written its process id into a file.
	 * @param pidFile the file, with the id on its first line
	 * @param data the directory that the server was started with
	 * @return the server; empty if it does not run
	 */
	static Optional<ServerProcess> find(Path pidFile, Path data) {
		try {
			return Files.exists(pidFile) ? ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0).trim()))
				.filter((process) -> isServer(process, data))
				.map(ServerProcess::new) : Optional.empty();
		}
		catch (IOException | IndexOutOfBoundsException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	// After a restart of the machine the number may be that of any other process.
	private static boolean isServer(ProcessHandle process, Path data) {
		return process.info()
			.arguments()
			.filter((arguments) -> Arrays.asList(arguments).contains(data.toString()))
			.isPresent();
	}

	void stop() {
		this.handle.destroy();
		if (!isStopped()) {
			this.handle.destroyForcibly();
			isStopped();
		}
	}

	private boolean isStopped() {
		try {
			this.handle.onExit().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
