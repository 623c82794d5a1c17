package io.jobqueue.test.redis;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that reads nothing for a while, and then everything.
 */
class RedisStallIntegrationTests {

	private static final Duration SILENCE = Duration.ofMillis(500);

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final String prefix = RedisServer.newKeyPrefix();

	private final LettuceConnectionFactory connections = RedisServer.get().connectionFactory();

	private final RedisJobStore store = new RedisJobStore(this.connections,
			RedisOptions.DEFAULT.withKeyPrefix(this.prefix));

	@AfterEach
	void close() {
		StringRedisTemplate redis = new StringRedisTemplate(this.connections);
		redis.unlink(redis.keys(this.prefix + "*"));
		this.store.close();
		this.connections.destroy();
	}

	@Test
	void nodesThatCouldNotBeHeardAreNotDead() {
		long node = this.store.register(new NodeDescription("node", List.of("default")));
		// For much longer than it takes a slow machine to ask.
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.execute("CLIENT", "PAUSE".getBytes(), "2500".getBytes());
		}
		assertThat(this.store.rescue(SILENCE)).isEqualTo(Rescue.NONE);
		assertThat(this.store.heartbeat(node).isAlive()).isTrue();
	}

	@Test
	void nodesThatStaySilentAreDead() {
		long node = this.store.register(new NodeDescription("node", List.of("default")));
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.store.rescue(SILENCE).deadNodes()).containsExactly(node));
	}

}
