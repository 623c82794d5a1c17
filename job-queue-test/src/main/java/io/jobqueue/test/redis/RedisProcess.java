package io.jobqueue.test.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import redis.embedded.RedisInstance;
import redis.embedded.RedisSentinel;
import redis.embedded.core.RedisServerBuilder;

/**
 * A server on a free port of this machine only. It stops with the JVM.
 */
final class RedisProcess {

	static final String HOST = "127.0.0.1";

	/** A member of a cluster talks to the others on a port that is this much greater. */
	private static final int BUS_OFFSET = 10_000;

	private static final long SENTINEL_PATIENCE = 1000;

	private static final int GREATEST_PORT = 65_535;

	private final int port;

	private final RedisInstance server;

	private final Set<ProcessHandle> processes;

	private RedisProcess(int port, RedisInstance server, Set<ProcessHandle> processes) {
		this.port = port;
		this.server = server;
		this.processes = processes;
	}

	/**
	 * Start a server.
	 * @param settings lines of its configuration
	 */
	static RedisProcess start(String... settings) {
		try {
			int port = freePort();
			Path directory = Files.createTempDirectory("job-queue-redis");
			directory.toFile().deleteOnExit();
			RedisServerBuilder builder = redis.embedded.RedisServer.newRedisServer()
				.executableProvider(RedisBinary::get)
				.port(port)
				.bind(HOST)
				.setting("dir " + directory)
				.setting("save \"\"");
			List.of(settings).forEach(builder::setting);
			return start(port, builder.build());
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded Redis did not start. Name a server by " + RedisServer.URL
					+ "=redis://host:port, or run a Docker engine", ex);
		}
	}

	/**
	 * Start a sentinel that decides alone.
	 * @param name the name of the master
	 * @param master the master to watch
	 */
	static RedisProcess startSentinel(String name, RedisProcess master) {
		try {
			int port = freePort();
			return start(port,
					RedisSentinel.newRedisSentinel()
						.executableProvider(RedisBinary::get)
						.bind(HOST)
						.port(port)
						.masterName(name)
						.masterPort(master.port)
						.quorumSize(1)
						.downAfterMilliseconds(SENTINEL_PATIENCE)
						.failOverTimeout(SENTINEL_PATIENCE * 3)
						.build());
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded sentinel did not start", ex);
		}
	}

	private static synchronized RedisProcess start(int port, RedisInstance server) throws IOException {
		Set<ProcessHandle> before = children();
		server.start();
		Set<ProcessHandle> processes = children();
		processes.removeAll(before);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
		return new RedisProcess(port, server, processes);
	}

	private static Set<ProcessHandle> children() {
		return ProcessHandle.current().children().collect(Collectors.toSet());
	}

	private static int freePort() throws IOException {
		for (int i = 0; i < 100; i++) {
			try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
				int port = socket.getLocalPort();
				if (port + BUS_OFFSET <= GREATEST_PORT && isFree(port + BUS_OFFSET)) {
					return port;
				}
			}
		}
		throw new IOException("No free port whose companion for clusters is free, too");
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	String url() {
		return "redis://" + HOST + ":" + this.port;
	}

	void stop() {
		stop(this.server);
	}

	/**
	 * End the server without letting it write or send anything.
	 */
	void kill() {
		this.processes.forEach(ProcessHandle::destroyForcibly);
	}

	private static void stop(RedisInstance server) {
		try {
			server.stop();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded Redis did not stop", ex);
		}
	}

}
