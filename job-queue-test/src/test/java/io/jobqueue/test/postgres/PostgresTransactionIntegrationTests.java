package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobId;
import io.jobqueue.JobLeaseLostException;
import io.jobqueue.JobResult;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.client.StoreJobAwaiter;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * How the store behaves in, beside and against other transactions.
 */
@Timeout(300)
class PostgresTransactionIntegrationTests {

	private static final String QUEUE = "default";

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private final PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema);

	private final List<AutoCloseable> opened = new ArrayList<>();

	private DataSource dataSource;

	private TransactionTemplate transaction;

	private PostgresJobStore store;

	private long node;

	@BeforeEach
	void createStore() {
		new PostgresSchema(this.server.dataSource(), this.options).migrate();
		use(new HikariConfig());
	}

	private void use(HikariConfig config) {
		config.setJdbcUrl(this.server.url());
		config.setMaximumPoolSize(4);
		HikariDataSource pool = new HikariDataSource(config);
		JdbcTransactionManager manager = new JdbcTransactionManager(pool);
		this.dataSource = pool;
		this.transaction = new TransactionTemplate(manager);
		this.store = new PostgresJobStore(pool, this.server.dataSource(), manager, this.options);
		this.node = this.store.register(new NodeDescription("test", List.of(QUEUE)));
		this.opened.add(this.store);
		this.opened.add(pool);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
	}

	@Test
	void enqueueInATransactionThatRollsBackLeavesNoJob() {
		this.transaction.executeWithoutResult((status) -> {
			enqueue();
			status.setRollbackOnly();
		});
		assertThat(jobs()).isZero();
	}

	@Test
	void enqueueInATransactionIsSeenByItAndByOthersAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			JobId id = enqueue();
			assertThat(this.store.admin().find(id)).isPresent();
			assertThat(claim(10)).isEmpty();
		});
		assertThat(claim(10)).hasSize(1);
	}

	@Test
	void enqueueInANestedTransactionThatRollsBackLeavesNoJob() {
		this.transaction.executeWithoutResult((outer) -> {
			enqueue();
			TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			nested.executeWithoutResult((inner) -> {
				enqueue();
				inner.setRollbackOnly();
			});
		});
		assertThat(jobs()).isEqualTo(1);
	}

	@Test
	void enqueueInATransactionOfAnotherDataSourceIsCommittedAtOnce() {
		TransactionTemplate other = new TransactionTemplate(new JdbcTransactionManager(this.server.dataSource()));
		other.executeWithoutResult((status) -> {
			enqueue();
			status.setRollbackOnly();
		});
		assertThat(jobs()).isEqualTo(1);
	}

	@Test
	void enqueueWithoutATransactionIsCommittedByAPoolThatDoesNot() {
		HikariConfig config = new HikariConfig();
		config.setAutoCommit(false);
		use(config);
		JobId id = enqueue();
		assertThat(jobs()).isEqualTo(1);
		assertThat(this.store.admin().delete(id)).isTrue();
		assertThat(jobs()).isZero();
		new TransactionTemplate(new JdbcTransactionManager(this.server.dataSource()))
			.executeWithoutResult((status) -> enqueue());
		assertThat(jobs()).isEqualTo(1);
	}

	// As a transactional event listener does.
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void enqueueWhenATransactionIsOverIsCommittedByItself(boolean autoCommit) {
		HikariConfig config = new HikariConfig();
		config.setAutoCommit(autoCommit);
		use(config);
		List<JobId> ids = new ArrayList<>();
		this.transaction.executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCompletion(int status) {
						ids.add(enqueue());
					}

				}));
		assertThat(ids).hasSize(1);
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactlyElementsOf(ids);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRANSACTION_SERIALIZABLE", "TRANSACTION_REPEATABLE_READ" })
	void poolWithAStricterIsolationWorks(String isolation) {
		HikariConfig config = new HikariConfig();
		config.setTransactionIsolation(isolation);
		use(config);
		JobId first = enqueue();
		JobId second = this.transaction.execute((status) -> enqueue());
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).extracting(ClaimedJob::id).containsExactly(first, second);
		settle(Outcome.failed(claimed.get(0), new Outcome.Failure("Type", "message", ""), Duration.ZERO));
		this.transaction.executeWithoutResult(
				(status) -> this.store.settle(Outcome.succeeded(claimed.get(1), null, Duration.ZERO)));
		assertThat(this.store.admin().retry(first)).isTrue();
		assertThat(this.store.admin().cancel(first)).isTrue();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.CANCELLED, 1L)
			.containsEntry(JobState.SUCCEEDED, 1L);
	}

	@Test
	void administrationJoinsTheTransactionAndNeverCommitsIt() {
		JobId id = enqueue();
		JobId failed = fail(enqueue());
		this.transaction.executeWithoutResult((status) -> {
			enqueue();
			this.store.admin().retry(failed);
			this.store.admin().reschedule(id, this.store.admin().get(id).createdAt().plusSeconds(1000));
			this.store.admin().cancel(id);
			this.store.admin().pause(QUEUE);
			this.store.admin().countByState();
			status.setRollbackOnly();
		});
		assertThat(this.store.admin().get(id).state()).isEqualTo(JobState.AVAILABLE);
		assertThat(this.store.admin().get(failed).state()).isEqualTo(JobState.FAILED);
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(id);
	}

	@Test
	void moveInATransactionCountsFromTheCommitAndNobodyClaimsMeanwhile() {
		JobId id = enqueue();
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.store.admin().move(id, "other")).isTrue();
			assertThat(onAnotherThread(() -> claim(10))).isEmpty();
			status.setRollbackOnly();
		});
		assertThat(this.store.admin().get(id).queue()).isEqualTo(QUEUE);
		this.transaction.executeWithoutResult((status) -> this.store.admin().move(id, "other"));
		assertThat(this.store.admin().get(id).queue()).isEqualTo("other");
		assertThat(claim(10)).isEmpty();
	}

	@Test
	void moveRefusesAnIsolationUnderWhichAClaimedJobWouldSeemToWait() {
		JobId id = enqueue();
		this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> this.store.admin().move(id, "other")))
			.withStackTraceContaining("needs the isolation level read committed");
	}

	@Test
	void cancellationInATransactionCountsFromTheCommit() {
		JobId id = enqueue();
		this.transaction.executeWithoutResult((status) -> this.store.admin().cancel(id));
		assertThat(this.store.admin().get(id).state()).isEqualTo(JobState.CANCELLED);
		assertThat(claim(10)).isEmpty();
	}

	@Test
	void successAndTheHandlersWritesAreCommittedTogether() {
		enqueue();
		ClaimedJob job = claim(1).get(0);
		this.transaction.executeWithoutResult((status) -> {
			this.store.settle(Outcome.succeeded(job, "1", Duration.ZERO));
			status.setRollbackOnly();
		});
		assertThat(this.store.admin().get(job.id()).state()).isEqualTo(JobState.RUNNING);
		this.transaction
			.executeWithoutResult((status) -> this.store.settle(Outcome.succeeded(job, "1", Duration.ZERO)));
		assertThat(this.store.admin().get(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
		claim(1);
		assertThat(leases()).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void successInATransactionEndsTheWaitOfOthersWithItsCommit(boolean isHistoryKept) throws Exception {
		PostgresOptions chosen = isHistoryKept ? this.options : this.options
			.withRetention(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Retention.DEFAULT.cancelled()));
		try (PostgresJobStore working = store(chosen);
				PostgresJobStore waiting = store(chosen);
				StoreJobAwaiter awaiter = new StoreJobAwaiter(waiting, new JacksonJobSerializer(new JsonMapper()))) {
			JobId id = enqueue();
			CompletableFuture<JobResult> future = awaiter.future(id);
			await().atMost(Duration.ofMinutes(1))
				.until(() -> number("select count(*) from " + this.schema + ".job_await") == 1);
			ClaimedJob job = claim(1).get(0);
			this.transaction.executeWithoutResult((status) -> {
				working.settle(Outcome.succeeded(job, "7", Duration.ZERO));
				assertThat(future).isNotDone();
			});
			JobResult result = future.get(30, TimeUnit.SECONDS);
			assertThat(result.state()).isEqualTo(JobState.SUCCEEDED);
			assertThat(result.as(int.class)).isEqualTo(7);
		}
	}

	private PostgresJobStore store(PostgresOptions chosen) {
		return new PostgresJobStore(this.dataSource, this.server.dataSource(),
				new JdbcTransactionManager(this.dataSource), chosen);
	}

	@Test
	void successOfALostLeaseIsRefusedAndItsTransactionRolledBack() {
		enqueue();
		ClaimedJob job = claim(1).get(0);
		die();
		rescue();
		assertThatExceptionOfType(JobLeaseLostException.class).isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.store.settle(Outcome.succeeded(job, null, Duration.ZERO))));
		assertThat(this.store.admin().get(job.id()).state()).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void lateOwnerCannotSettleWhatAnotherNodeHasClaimedSince() {
		enqueue();
		ClaimedJob late = claim(1).get(0);
		die();
		rescue();
		this.node = this.store.register(new NodeDescription("second", List.of(QUEUE)));
		ClaimedJob now = claim(1).get(0);
		assertThatExceptionOfType(JobLeaseLostException.class).isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.store.settle(Outcome.succeeded(late, null, Duration.ZERO))));
		this.transaction
			.executeWithoutResult((status) -> this.store.settle(Outcome.succeeded(now, null, Duration.ZERO)));
		assertThat(this.store.admin().get(now.id()).state()).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void rescueDoesNotWaitForAFrozenNodesTransactionWhichMayStillSucceedOnce() {
		List<JobId> ids = List.of(enqueue(), enqueue(), enqueue());
		List<ClaimedJob> jobs = claim(3);
		this.transaction.executeWithoutResult((status) -> {
			this.store.settle(Outcome.succeeded(jobs.get(1), null, Duration.ZERO));
			die();
			Rescue rescue = onAnotherThread(this::rescue);
			assertThat(rescue.rescued()).isEqualTo(2);
			assertThat(onAnotherThread(() -> claim(10))).isEmpty();
		});
		assertThat(this.store.admin().get(ids.get(1)).state()).isEqualTo(JobState.SUCCEEDED);
		rescue();
		assertThat(leases()).isZero();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 2L);
	}

	@Test
	void jobThatAFrozenNodeDidNotCommitIsRescuedWhenItsTransactionEnds() {
		JobId id = enqueue();
		ClaimedJob job = claim(1).get(0);
		this.transaction.executeWithoutResult((status) -> {
			this.store.settle(Outcome.succeeded(job, null, Duration.ZERO));
			die();
			assertThat(onAnotherThread(this::rescue).rescued()).isZero();
			status.setRollbackOnly();
		});
		assertThat(rescue().rescued()).isEqualTo(1);
		assertThat(this.store.admin().get(id).abandonments()).isEqualTo(1);
	}

	@Test
	void exchangeDoesNotWaitForARowThatSomebodyHolds() throws SQLException {
		List<JobId> ids = List.of(enqueue(), enqueue());
		List<ClaimedJob> jobs = claim(2);
		try (Connection other = this.server.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select 1 from " + this.schema + ".job where id = " + ids.get(0) + " for update");
			Exchange.Result result = settle(Outcome.succeeded(jobs.get(0), null, Duration.ZERO),
					Outcome.succeeded(jobs.get(1), null, Duration.ZERO));
			assertThat(result.deferred()).containsExactly(ids.get(0));
			assertThat(result.refused()).isEmpty();
			assertThat(this.store.admin().get(ids.get(1)).state()).isEqualTo(JobState.SUCCEEDED);
			other.rollback();
		}
		assertThat(settle(Outcome.succeeded(jobs.get(0), null, Duration.ZERO)).deferred()).isEmpty();
		assertThat(this.store.admin().get(ids.get(0)).state()).isEqualTo(JobState.SUCCEEDED);
		claim(1);
		assertThat(leases()).isZero();
	}

	@Test
	void markingDoesNotWaitForARowThatSomebodyHolds() throws SQLException {
		JobId id = enqueue();
		List<ClaimedJob> jobs = claim(1);
		try (Connection other = this.server.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select 1 from " + this.schema + ".job where id = " + id + " for update");
			assertThat(this.store.mark(this.node, jobs, Map.of())).isFalse();
			other.rollback();
		}
		assertThat(this.store.mark(this.node, jobs, Map.of())).isTrue();
	}

	@Test
	void notificationIsNotPartOfTheTransactionOfTheEnqueue() throws SQLException {
		try (Connection listener = this.server.dataSource().getConnection();
				Statement statement = listener.createStatement()) {
			statement.execute("listen \"job_queue_" + this.schema + '"');
			PGConnection postgres = listener.unwrap(PGConnection.class);
			this.transaction.executeWithoutResult((status) -> enqueue());
			PGNotification[] notifications = postgres.getNotifications(60_000);
			assertThat(notifications).hasSize(1);
			int sender = notifications[0].getPID();
			List<Integer> pool = this.transaction.execute((status) -> JdbcClient.create(this.dataSource)
				.sql("select pg_backend_pid()")
				.query(Integer.class)
				.list());
			assertThat(pool).doesNotContain(sender);
		}
	}

	private JobId enqueue() {
		return this.store
			.enqueue(List.of(new NewJob("some.handler", QUEUE, 0, 10, "[]", Map.of(), null, null, null, null)))
			.get(0);
	}

	private JobId fail(JobId id) {
		ClaimedJob claimed = claim(10).stream().filter((job) -> job.id().equals(id)).findFirst().orElseThrow();
		settle(Outcome.failed(claimed, new Outcome.Failure("Type", "message", ""), Duration.ZERO));
		this.store.deregister(this.node);
		this.node = this.store.register(new NodeDescription("test", List.of(QUEUE)));
		return id;
	}

	private List<ClaimedJob> claim(int limit) {
		return this.store.exchange(new Exchange(this.node, List.of(), Claim.of(QUEUE, limit))).claimed();
	}

	private Exchange.Result settle(Outcome... outcomes) {
		return this.store.exchange(new Exchange(this.node, List.of(outcomes), Claim.NONE));
	}

	private void die() {
		this.server.execute("update " + this.schema + ".job_node set seen_at = seen_at - interval '1 hour' where id = "
				+ this.node);
	}

	private Rescue rescue() {
		return this.store.rescue(Duration.ofSeconds(15));
	}

	private long jobs() {
		return number("select count(*) from " + this.schema + ".job");
	}

	private long leases() {
		return number("select count(*) from " + this.schema + ".job_lease");
	}

	private long number(String query) {
		return JdbcClient.create(this.server.dataSource()).sql(query).query(Long.class).single();
	}

	private static <T> T onAnotherThread(Callable<T> call) {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<T> result = thread.submit(call);
			return result.get();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			thread.shutdownNow();
		}
	}

}
