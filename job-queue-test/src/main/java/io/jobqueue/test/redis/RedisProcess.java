package io.jobqueue.test.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import redis.embedded.core.RedisServerBuilder;

/**
 * A server that ships as a Maven artifact, on a free port of this machine only. It stops
 * with the JVM.
 */
final class RedisProcess {

	static final String HOST = "127.0.0.1";

	/** A member of a cluster talks to the others on a port that is this much greater. */
	private static final int BUS_OFFSET = 10_000;

	private static final int GREATEST_PORT = 65_535;

	private final int port;

	private final redis.embedded.RedisServer server;

	private RedisProcess(int port, redis.embedded.RedisServer server) {
		this.port = port;
		this.server = server;
	}

	static RedisProcess start(String... settings) {
		try {
			int port = freePort();
			Path directory = Files.createTempDirectory("job-queue-redis");
			directory.toFile().deleteOnExit();
			RedisServerBuilder builder = redis.embedded.RedisServer.newRedisServer()
				.port(port)
				.bind(HOST)
				.setting("dir " + directory)
				.setting("save \"\"");
			List.of(settings).forEach(builder::setting);
			redis.embedded.RedisServer server = builder.build();
			server.start();
			Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
			return new RedisProcess(port, server);
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded Redis did not start. Name a server by " + RedisServer.URL
					+ "=redis://host:port, or run a Docker engine", ex);
		}
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

	private static void stop(redis.embedded.RedisServer server) {
		try {
			server.stop();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded Redis did not stop", ex);
		}
	}

}
