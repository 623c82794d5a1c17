package io.jobqueue.sample.database;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server that keeps its data in a directory from one start to the next, and waits
 * for the disk before it answers, so it is safe to kill at any time.
 * <p>
 * Only the binary comes from the library of this name. Its servers write their log into a
 * pipe of the application, and Ctrl+C in the terminal would end them before the
 * application; this one is a daemon with a log of its own.
 */
final class EmbeddedRedis implements AutoCloseable {

	static final String HOST = "127.0.0.1";

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedis.class);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

	private static final int PING_INTERVAL = 20;

	private static final int PING_TIMEOUT = 1000;

	private final FileChannel lock;

	private final ServerProcess process;

	private final int port;

	private EmbeddedRedis(FileChannel lock, ServerProcess process, int port) {
		this.lock = lock;
		this.process = process;
		this.port = port;
	}

	/**
	 * Start a server on a free port.
	 * @param directory where its data go, into a directory {@code redis}, and its log
	 */
	static EmbeddedRedis start(Path directory) throws IOException, InterruptedException {
		Path absolute = directory.toAbsolutePath().normalize();
		Path data = Files.createDirectories(absolute.resolve("redis"));
		FileChannel lock = lock(data);
		try {
			Path pidFile = data.resolve("redis.pid");
			stopOrphan(pidFile, data);
			int port = freePort();
			Path log = absolute.resolve("redis.log");
			if (!isStarted(command(data, port, pidFile, log), log) || !isReady(port)) {
				throw new IllegalStateException("Redis did not start, " + log + " says why");
			}
			ServerProcess process = ServerProcess.find(pidFile, data)
				.orElseThrow(() -> new IllegalStateException("There is no process of Redis"));
			logger.info("Redis listens on port {}, its data is in {}", port, data);
			return new EmbeddedRedis(lock, process, port);
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			lock.close();
			throw ex;
		}
	}

	private static FileChannel lock(Path data) throws IOException {
		FileChannel channel = FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		try {
			if (channel.tryLock() != null) {
				return channel;
			}
		}
		catch (OverlappingFileLockException ex) {
			// held by this process
		}
		channel.close();
		throw new IllegalStateException(data + " is used by another application");
	}

	/**
	 * Stop the server of an application that was killed. It has lost the lock, so nobody
	 * uses that server.
	 */
	private static void stopOrphan(Path pidFile, Path data) throws IOException {
		ServerProcess.find(pidFile, data).ifPresent((process) -> {
			logger.info("Stopping Redis, process {}, which a killed application has left behind",
					process.handle().pid());
			process.stop();
		});
		Files.deleteIfExists(pidFile);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
			return socket.getLocalPort();
		}
	}

	private static List<String> command(Path data, int port, Path pidFile, Path log) throws IOException {
		File binary = ExecutableProvider.newJarResourceProvider(data.toFile()).get();
		// With a title of its own instead of these arguments it would not be found again.
		return List.of(binary.getPath(), "--bind", HOST, "--port", Integer.toString(port), "--dir", data.toString(),
				"--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "yes", "--pidfile",
				pidFile.toString(), "--logfile", log.toString(), "--set-proc-title", "no");
	}

	private static boolean isStarted(List<String> command, Path log) throws IOException, InterruptedException {
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start()
			.waitFor() == 0;
	}

	private static boolean isReady(int port) throws InterruptedException {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (!answers(port)) {
			if (System.nanoTime() - deadline > 0) {
				return false;
			}
			Thread.sleep(PING_INTERVAL);
		}
		return true;
	}

	// It answers otherwise while it reads its data.
	private static boolean answers(int port) {
		try (Socket socket = new Socket(HOST, port)) {
			socket.setSoTimeout(PING_TIMEOUT);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			return "+PONG"
				.equals(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
					.readLine());
		}
		catch (IOException ex) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() throws IOException {
		this.process.stop();
		this.lock.close();
	}

}
