package io.jobqueue.test.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import io.jobqueue.test.redis.RedisBinary;

/**
 * A Redis with an append-only file that is never rewritten: it is what the next start
 * reads, and the log of all that ever happened.
 */
final class RedisChaosServer implements ChaosServer {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

	private final Path directory;

	private final String fsync;

	private final int port;

	// Guarded by this.
	private Process server;

	/**
	 * Create a server.
	 * @param directory where its data are
	 * @param fsync when it waits for the disk
	 */
	RedisChaosServer(Path directory, String fsync) throws IOException {
		this.directory = Files.createDirectories(directory.resolve("redis"));
		this.fsync = fsync;
		this.port = Ports.free();
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	@Override
	public synchronized void start() {
		if (this.server != null) {
			return;
		}
		try {
			this.server = new ProcessBuilder(RedisBinary.get().getPath(), "--port", Integer.toString(this.port),
					"--bind", "127.0.0.1", "--dir", this.directory.toString(), "--save", "", "--appendonly", "yes",
					"--appendfsync", this.fsync, "--auto-aof-rewrite-percentage", "0")
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("redis.log").toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Redis did not start; its log is in " + this.directory, ex);
		}
		Awaitility.await("Redis answers").atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(this::answers);
	}

	private boolean answers() {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout((int) PATIENCE.toMillis());
			socket.getOutputStream().write(PING);
			// It says something else while it loads.
			return socket.getInputStream().read() == '+';
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public synchronized void stopFast() {
		end(false);
	}

	@Override
	public synchronized void stopImmediately() {
		end(true);
	}

	private void end(boolean isForced) {
		if (this.server == null) {
			return;
		}
		if (isForced) {
			this.server.destroyForcibly();
		}
		else {
			this.server.destroy();
		}
		try {
			if (!this.server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("Redis did not stop; its log is in " + this.directory);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		this.server = null;
	}

	@Override
	public synchronized void hang() {
		Signals.send("STOP", this.server.pid());
	}

	@Override
	public synchronized void wakeUp() {
		Signals.send("CONT", this.server.pid());
	}

	@Override
	public int port() {
		return this.port;
	}

	/**
	 * Return the files of the log, oldest first: one, or several from Redis 7 on.
	 */
	List<Path> log() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.toString().matches(".*(/appendonly\\.aof|\\.incr\\.aof)"))
				.filter(Files::isRegularFile)
				.sorted()
				.toList();
		}
	}

	@Override
	public synchronized void close() {
		end(true);
	}

}
