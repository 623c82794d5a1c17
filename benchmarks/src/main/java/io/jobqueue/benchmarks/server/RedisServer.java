package io.jobqueue.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;

/**
 * A Redis. The embedded one appends to a file that is flushed each second, which is what
 * Redis recommends for data that should survive.
 */
public final class RedisServer implements Server {

	private static final String HOST = "127.0.0.1";

	private final redis.embedded.@Nullable RedisServer embedded;

	private final @Nullable Path directory;

	private final List<ProcessHandle> processes;

	private final String url;

	private final RedisClient client;

	private final RedisCommands<String, String> control;

	private RedisServer(redis.embedded.@Nullable RedisServer embedded, @Nullable Path directory,
			Set<ProcessHandle> processes, String url) {
		this.embedded = embedded;
		this.directory = directory;
		this.processes = List.copyOf(processes);
		this.url = url;
		this.client = RedisClient.create(url);
		this.control = this.client.connect().sync();
	}

	/**
	 * Use a server that is there. It has to be empty, because it is emptied after each
	 * run.
	 * @param url the URL
	 * @return the server
	 */
	public static RedisServer at(String url) {
		RedisServer server = new RedisServer(null, null, Set.of(), url);
		Assert.state(server.control.dbsize() == 0, "The Redis at the URL is not empty");
		return server;
	}

	/**
	 * Start a server.
	 * @return the server
	 */
	public static RedisServer start() {
		try {
			int port = freePort();
			Path directory = Files.createTempDirectory("job-queue-benchmarks");
			redis.embedded.RedisServer embedded = redis.embedded.RedisServer.newRedisServer()
				.port(port)
				.bind(HOST)
				.setting("dir " + directory)
				.setting("save \"\"")
				.setting("appendonly yes")
				.setting("appendfsync everysec")
				// whether it begins in the middle of a run would be a matter of luck
				.setting("auto-aof-rewrite-percentage 0")
				.build();
			Set<ProcessHandle> before = children();
			embedded.start();
			Set<ProcessHandle> processes = children();
			processes.removeAll(before);
			return new RedisServer(embedded, directory, processes, "redis://" + HOST + ":" + port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The embedded Redis did not start", ex);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
			return socket.getLocalPort();
		}
	}

	private static Set<ProcessHandle> children() {
		return ProcessHandle.current().children().collect(Collectors.toSet());
	}

	@Override
	public Store store() {
		return Store.REDIS;
	}

	@Override
	public String description() {
		return "Redis " + info("redis_version") + ", appendonly " + setting("appendonly") + ", appendfsync "
				+ setting("appendfsync") + ", auto-aof-rewrite-percentage " + setting("auto-aof-rewrite-percentage");
	}

	private String setting(String name) {
		return String.valueOf(this.control.configGet(name).get(name));
	}

	private String info(String field) {
		return this.control.info()
			.lines()
			.filter((line) -> line.startsWith(field + ":"))
			.map((line) -> line.substring(field.length() + 1).trim())
			.findFirst()
			.orElse("?");
	}

	@Override
	public Workspace open() {
		return new RedisWorkspace(this);
	}

	String url() {
		return this.url;
	}

	List<ProcessHandle> processes() {
		return this.processes;
	}

	/**
	 * Return how often commands were executed, those inside of scripts included.
	 */
	long commands() {
		return Long.parseLong(info("total_commands_processed"));
	}

	/**
	 * Return the size of the file. It grows only, unless it is rewritten.
	 */
	@Nullable Long appended() {
		String size = info("aof_current_size");
		return size.equals("?") ? null : Long.valueOf(size);
	}

	void clear() {
		this.control.flushall();
	}

	@Override
	public void close() {
		this.client.shutdown();
		try {
			if (this.embedded != null && this.directory != null) {
				this.embedded.stop();
				FileSystemUtils.deleteRecursively(this.directory);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Redis did not stop", ex);
		}
	}

}
