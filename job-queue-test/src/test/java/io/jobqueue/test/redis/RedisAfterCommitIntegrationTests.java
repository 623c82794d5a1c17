package io.jobqueue.test.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.Ordered;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Jobs that are enqueued by several calls in one transaction.
 */
class RedisAfterCommitIntegrationTests {

	private final String prefix = RedisServer.newKeyPrefix();

	private final LettuceConnectionFactory connections = RedisServer.get().connectionFactory();

	private final StringRedisTemplate redis = new StringRedisTemplate(this.connections);

	private final RedisJobStore store = new RedisJobStore(this.connections,
			RedisOptions.DEFAULT.withKeyPrefix(this.prefix));

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(new DriverManagerDataSource(PostgresServer.get().url())));

	@AfterEach
	void close() {
		this.redis.unlink(this.redis.keys(this.prefix + "*"));
		this.store.close();
		this.connections.destroy();
	}

	@Test
	void areThereAfterTheCommitInTheirOrder() {
		List<JobId> ids = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < 50; i++) {
				ids.addAll(this.store.enqueue(List.of(job("default"), job("default"))));
			}
			assertThat(count()).isZero();
		});
		assertThat(count()).isEqualTo(100);
		assertThat(ids).hasSize(100).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void thoseThatAreNotAcceptedDoNotKeepTheOthersFromBeing() {
		List<JobId> refused = new ArrayList<>();
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.store.enqueue(List.of(job("first")));
				refused.addAll(this.store.enqueue(List.of(job("broken"), job("broken"))));
				this.store.enqueue(List.of(job("last")));
				this.redis.opsForValue().set(this.prefix + ":{broken}:jobs", "no hash");
			}))
			.withMessageContaining("its 2 jobs were not accepted");
		this.redis.delete(this.prefix + ":{broken}:jobs");
		assertThat(count()).isEqualTo(2);
		assertThat(refused).hasSize(2).allSatisfy((id) -> assertThat(this.store.admin().find(id)).isEmpty());
	}

	@Test
	void uniqueOnesAreDecidedAfterTheCommit() {
		EnqueueResult first = this.store.enqueueUnique(List.of(unique(OnDuplicate.SKIP))).get(0);
		List<EnqueueResult> pending = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			pending.addAll(this.store.enqueueUnique(List.of(unique(OnDuplicate.SKIP), job("default"))));
			pending.addAll(this.store.enqueueUnique(List.of(unique(OnDuplicate.SKIP))));
			assertThat(this.store.admin().delete(first.id())).isTrue();
		});
		assertThat(pending).extracting(EnqueueResult::kind)
			.containsExactly(EnqueueResult.Kind.PENDING, EnqueueResult.Kind.ENQUEUED, EnqueueResult.Kind.PENDING);
		assertThat(this.store.admin().find(pending.get(0).id())).isPresent();
		assertThat(this.store.admin().find(pending.get(1).id())).isPresent();
		assertThat(this.store.admin().find(pending.get(2).id())).isEmpty();
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void duplicateThatIsToFailThrowsAfterTheCommit() {
		this.store.enqueueUnique(List.of(unique(OnDuplicate.SKIP)));
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.store.enqueue(List.of(job("default")));
				this.store.enqueueUnique(List.of(unique(OnDuplicate.FAIL)));
			}))
			.withMessageContaining("Another job holds the unique key");
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void areThereAlthoughAnotherSynchronizationThrowsBeforeOrAfter() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			register(Ordered.HIGHEST_PRECEDENCE, RedisAfterCommitIntegrationTests::fail);
			this.store.enqueue(List.of(job("default"), job("default")));
			this.store.enqueueUnique(List.of(unique(OnDuplicate.FAIL)));
			start("outlives-it");
			register(Ordered.LOWEST_PRECEDENCE, RedisAfterCommitIntegrationTests::fail);
		})).withMessage("as intended");
		assertThat(count()).isEqualTo(3);
		assertThat(this.store.workflows().newest(null, null, 10)).extracting(StoredWorkflow::name)
			.containsExactly("outlives-it");
	}

	@Test
	void areThereIfTheyAreEnqueuedAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.store.enqueue(List.of(job("default")));
			register(Ordered.LOWEST_PRECEDENCE, () -> this.store.enqueue(List.of(job("default"))));
		});
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void thoseOfANestedTransactionThatRollsBackAreNot() {
		TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.transaction.executeWithoutResult((outer) -> {
			this.store.enqueue(List.of(job("default")));
			nested.executeWithoutResult((status) -> {
				this.store.enqueue(List.of(job("default"), job("default"), job("default")));
				start("undone");
				status.setRollbackOnly();
			});
			nested.executeWithoutResult((status) -> this.store.enqueue(List.of(job("default"))));
			this.store.enqueue(List.of(job("default")));
		});
		assertThat(count()).isEqualTo(3);
		assertThat(this.store.workflows().newest(null, null, 10)).isEmpty();
	}

	@Test
	void otherSynchronizationsAreCalledAlthoughRedisRefuses() {
		List<String> called = new ArrayList<>();
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				register(Ordered.LOWEST_PRECEDENCE, () -> called.add("other"));
				this.store.enqueue(List.of(job("broken")));
				start("accepted");
				this.redis.opsForValue().set(this.prefix + ":{broken}:jobs", "no hash");
			}))
			.withMessageContaining("its 1 jobs were not accepted");
		assertThat(called).containsExactly("other");
		assertThat(this.store.workflows().newest(null, null, 10)).hasSize(1);
	}

	private void start(String name) {
		long id = this.store.workflows().reserve("default");
		this.store.workflows()
			.create(new WorkflowChange(new StoredWorkflow(id, name, "RUNNING", false, 0, Instant.EPOCH, null, "", ""),
					List.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of()));
	}

	private static void fail() {
		throw new IllegalStateException("as intended");
	}

	private static void register(int order, Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public int getOrder() {
				return order;
			}

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	private static NewJob unique(OnDuplicate onDuplicate) {
		return new NewJob("some.handler", "default", 0, 10, "[]", Map.of(), null, null, null, null, null,
				new UniqueKey("=key", UniqueScope.UNTIL_FINISHED, null, onDuplicate));
	}

	private long count() {
		return this.store.admin().countByState().getOrDefault(JobState.AVAILABLE, 0L);
	}

	private static NewJob job(String queue) {
		return new NewJob("some.handler", queue, 0, 10, "[]", Map.of(), null, null, null, null);
	}

}
