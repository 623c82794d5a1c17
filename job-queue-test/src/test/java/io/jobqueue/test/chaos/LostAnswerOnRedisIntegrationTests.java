package io.jobqueue.test.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.test.postgres.PostgresServer;
import io.jobqueue.test.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the server has done, and whose answer is lost together with the connection. The
 * driver would do it again.
 */
class LostAnswerOnRedisIntegrationTests {

	private static final String QUEUE = "default";

	private final String prefix = RedisServer.newKeyPrefix();

	private ChaosProxy network;

	private LettuceConnectionFactory connections;

	private RedisJobStore store;

	@BeforeEach
	void connect() throws IOException {
		this.network = new ChaosProxy(RedisURI.create(RedisServer.get().url()).getPort());
		this.connections = StoreClient.factory(this.network.port(), "lost-answer", null);
		this.store = new RedisJobStore(this.connections, RedisOptions.DEFAULT.withKeyPrefix(this.prefix));
		enqueueElsewhere();
		// From now on the next answer is that to what a test does.
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 1L);
	}

	// A wake-up follows each enqueue, and gets an answer, too.
	private void enqueueElsewhere() {
		LettuceConnectionFactory direct = RedisServer.get().connectionFactory();
		try (RedisJobStore other = new RedisJobStore(direct, RedisOptions.DEFAULT.withKeyPrefix(this.prefix))) {
			other.enqueue(List.of(job()));
		}
		finally {
			direct.destroy();
		}
	}

	@AfterEach
	void close() throws IOException {
		StringRedisTemplate redis = new StringRedisTemplate(this.connections);
		redis.unlink(redis.keys(this.prefix + "*"));
		this.store.close();
		this.connections.destroy();
		this.network.close();
	}

	@Test
	void enqueueThrowsAndIsNotDoneTwice() {
		this.network.loseNextAnswer();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.store.enqueue(List.of(job(), job())))
			.withMessageContaining("it may have done it or not");
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 3L);
		this.store.enqueue(List.of(job()));
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 4L);
	}

	@Test
	void enqueueThatWasRefusedBecauseTheServerHasForgottenTheScriptIsNotDoneTwice() {
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.scriptingCommands().scriptFlush();
		}
		this.network.loseNextAnswer();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.store.enqueue(List.of(job())))
			.withMessageContaining("it may have done it or not");
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 1L);
	}

	@Test
	void enqueueAfterACommitDoesNotBringBackJobsThatRunMeanwhile() {
		long node = this.store.register(new NodeDescription("lost", List.of(QUEUE)));
		claim(node);
		TransactionTemplate transaction = new TransactionTemplate(
				new JdbcTransactionManager(new DriverManagerDataSource(PostgresServer.get().url())));
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				this.store.enqueue(List.of(job()));
				this.network.loseNextAnswer();
			}))
			.withMessageContaining("was committed");
		assertThat(claim(node)).hasSize(1);
		assertThat(this.store.admin().countByState()).containsEntry(JobState.RUNNING, 2L)
			.containsEntry(JobState.AVAILABLE, 0L);
	}

	@Test
	void claimIsAnsweredAgain() {
		long node = this.store.register(new NodeDescription("lost", List.of(QUEUE)));
		this.network.loseNextAnswer();
		assertThat(claim(node)).hasSize(1);
		assertThat(this.store.admin().countByState()).containsEntry(JobState.RUNNING, 1L);
	}

	private List<ClaimedJob> claim(long node) {
		return this.store.exchange(new Exchange(node, List.of(), Claim.of(QUEUE, 10))).claimed();
	}

	private static NewJob job() {
		return new NewJob("some.handler", QUEUE, 0, 10, "[]", Map.of(), null, null, null, null);
	}

}
