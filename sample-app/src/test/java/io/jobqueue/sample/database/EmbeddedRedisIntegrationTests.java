package io.jobqueue.sample.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EmbeddedRedis}.
 */
class EmbeddedRedisIntegrationTests {

	@TempDir
	private Path directory;

	private RedisClient client;

	@BeforeEach
	void createClient() {
		this.client = RedisClient.create();
	}

	@AfterEach
	void shutdownClient() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
	}

	@Test
	void dataOutlivesTheServerWhichWaitsForTheDisk() throws Exception {
		try (EmbeddedRedis server = EmbeddedRedis.start(this.directory)) {
			assertThat(commands(server).configGet("append*")).containsEntry("appendonly", "yes")
				.containsEntry("appendfsync", "always");
			commands(server).set("kept", "42");
			ProcessHandle process = process().handle();
			process.destroyForcibly();
			process.onExit().get(60, TimeUnit.SECONDS);
		}
		try (EmbeddedRedis server = EmbeddedRedis.start(this.directory)) {
			assertThat(commands(server).get("kept")).isEqualTo("42");
		}
		assertThat(pidFile()).doesNotExist();
	}

	@Test
	void directoryHasOneServer() throws Exception {
		try (EmbeddedRedis server = EmbeddedRedis.start(this.directory)) {
			assertThat(server.port()).isPositive();
			assertThatIllegalStateException().isThrownBy(() -> EmbeddedRedis.start(this.directory))
				.withMessageEndingWith("is used by another application");
			assertThat(process().handle().isAlive()).isTrue();
		}
	}

	private RedisCommands<String, String> commands(EmbeddedRedis server) {
		StatefulRedisConnection<String, String> connection = this.client
			.connect(RedisURI.create(EmbeddedRedis.HOST, server.port()));
		return connection.sync();
	}

	private ServerProcess process() {
		return ServerProcess.find(pidFile(), this.directory.resolve("redis")).orElseThrow();
	}

	private Path pidFile() {
		return this.directory.resolve("redis").resolve("redis.pid");
	}

}
