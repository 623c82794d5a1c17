package io.jobqueue.test.budget;

import java.time.Duration;
import java.util.Properties;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.jobqueue.store.Retention;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.test.budget.Workload.Cost;
import io.jobqueue.test.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a job costs on Redis: commands, those inside of scripts included, exchanges,
 * allocated memory. The limits are what was measured and a fifth; those of the drain
 * allow for the heartbeats, and for the questions of this test whether it is over.
 */
class RedisBudgetIntegrationTests {

	private final Allocation allocation = new Allocation();

	private final String prefix = RedisServer.newKeyPrefix();

	private final LettuceConnectionFactory connections = RedisServer.get().connectionFactory();

	@AfterEach
	void close() {
		StringRedisTemplate redis = new StringRedisTemplate(this.connections);
		redis.unlink(redis.keys(this.prefix + "*"));
		this.connections.destroy();
	}

	@Test
	void jobWhoseHistoryIsKeptStaysWithinItsBudget() {
		Cost cost = measure(Retention.DEFAULT);
		assertThat(cost.enqueue()).isLessThan(0.01);
		assertThat(cost.drain()).isLessThan(0.08);
		assertThat(cost.exchanges()).isLessThan(0.02);
		assertThat(cost.enqueueAllocation()).isLessThan(2200);
		assertThat(cost.drainAllocation()).isLessThan(4000);
	}

	@Test
	void jobThatLeavesNoTraceStaysWithinItsBudget() {
		Cost cost = measure(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Retention.DEFAULT.cancelled()));
		assertThat(cost.enqueue()).isLessThan(0.01);
		assertThat(cost.drain()).isLessThan(0.07);
		assertThat(cost.exchanges()).isLessThan(0.02);
	}

	private Cost measure(Retention retention) {
		RedisOptions options = RedisOptions.DEFAULT.withKeyPrefix(this.prefix).withRetention(retention);
		try (RedisJobStore store = new RedisJobStore(this.connections, options);
				Workload workload = new Workload(store, this::commands, this.allocation)) {
			return workload.measure();
		}
	}

	private long commands() {
		try (RedisConnection connection = this.connections.getConnection()) {
			Properties statistics = connection.serverCommands().info("commandstats");
			return statistics.values()
				.stream()
				.mapToLong((line) -> Long.parseLong(line.toString().replaceAll("^calls=(\\d+),.*", "$1")))
				.sum();
		}
	}

}
