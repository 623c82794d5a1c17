package io.jobqueue.test.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The Redis server of a test run: one per JVM, started when it is first asked for,
 * stopped with the JVM. It is
 * <ol>
 * <li>the one that the environment variable {@value #URL} names,</li>
 * <li>otherwise a container, where a Docker engine answers, unless
 * {@value RedisBinary#SERVER} names a program,</li>
 * <li>otherwise that program, or the one that ships as a Maven artifact.</li>
 * </ol>
 * There is no way to go on without one: a suite that silently tests nothing is worse than
 * none.
 *
 * @since 0.1.0
 */
public final class RedisServer {

	/**
	 * The environment variable with the URL of a server to use.
	 */
	public static final String URL = "JOB_QUEUE_TEST_REDIS_URL";

	/**
	 * The environment variable with the image of the container.
	 */
	public static final String IMAGE = "JOB_QUEUE_TEST_REDIS_IMAGE";

	private static final int PORT = 6379;

	private static final AtomicInteger prefixes = new AtomicInteger();

	private static final ClientResources RESOURCES = DefaultClientResources.create();

	private static @Nullable RedisServer instance;

	private final String url;

	private RedisServer(String url) {
		this.url = url;
	}

	/**
	 * Return the server of this JVM, started if need be.
	 * @return the server
	 */
	public static synchronized RedisServer get() {
		if (instance == null) {
			instance = new RedisServer(start());
		}
		return instance;
	}

	private static String start() {
		String url = System.getenv(URL);
		if (url != null) {
			return url;
		}
		return (!RedisBinary.isNamed() && hasDocker()) ? startContainer() : RedisProcess.start().url();
	}

	// The look at the socket spares those without an engine the complaints of
	// Testcontainers.
	private static boolean hasDocker() {
		return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
				&& DockerClientFactory.instance().isDockerAvailable();
	}

	private static String startContainer() {
		String image = System.getenv().getOrDefault(IMAGE, "redis:8");
		@SuppressWarnings("resource")
		GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image)).withExposedPorts(PORT);
		container.start();
		return "redis://" + container.getHost() + ":" + container.getMappedPort(PORT);
	}

	/**
	 * Return how to reach the server.
	 * @return a URL
	 */
	public String url() {
		return this.url;
	}

	/**
	 * Return a new connection factory, started, to be destroyed by the caller.
	 * @return the factory
	 */
	public LettuceConnectionFactory connectionFactory() {
		return connectionFactory(LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(this.url)));
	}

	static LettuceConnectionFactory connectionFactory(RedisConfiguration configuration) {
		return connectionFactory(configuration, LettuceClientConfiguration.builder());
	}

	static LettuceConnectionFactory connectionFactory(RedisConfiguration configuration,
			LettuceClientConfiguration.LettuceClientConfigurationBuilder client) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration,
				client.clientResources(RESOURCES).build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	/**
	 * Return a prefix of keys that no other test uses.
	 * @return the prefix
	 */
	public static String newKeyPrefix() {
		return "test-" + ProcessHandle.current().pid() + "-" + prefixes.incrementAndGet();
	}

}
