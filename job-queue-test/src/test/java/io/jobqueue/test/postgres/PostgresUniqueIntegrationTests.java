package io.jobqueue.test.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.EnqueueResult.Kind;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Unique jobs that are enqueued in transactions of the caller, and what is left of their
 * keys.
 */
@Timeout(120)
class PostgresUniqueIntegrationTests {

	private static final String QUEUE = "default";

	private static final Duration HOUR = Duration.ofHours(1);

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private final PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema)
		.withRetention(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Duration.ZERO));

	private final ExecutorService otherThread = Executors.newSingleThreadExecutor();

	private HikariDataSource pool;

	private TransactionTemplate transaction;

	private PostgresJobStore store;

	private long node;

	@BeforeEach
	void createStore() {
		new PostgresSchema(this.server.dataSource(), this.options).migrate();
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.server.url());
		config.setMaximumPoolSize(4);
		this.pool = new HikariDataSource(config);
		JdbcTransactionManager manager = new JdbcTransactionManager(this.pool);
		this.transaction = new TransactionTemplate(manager);
		this.store = new PostgresJobStore(this.pool, this.server.dataSource(), manager, this.options);
		this.node = this.store.register(new NodeDescription("test", List.of(QUEUE)));
	}

	@AfterEach
	void close() {
		this.otherThread.shutdownNow();
		this.store.close();
		this.pool.close();
	}

	@Test
	void whoWaitsForATransactionThatRollsBackGetsTheKey() throws Exception {
		Future<EnqueueResult> waiting = this.transaction.execute((status) -> {
			assertThat(submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).isEnqueued()).isTrue();
			Future<EnqueueResult> other = submitOnOtherThread();
			status.setRollbackOnly();
			return other;
		});
		assertThat(waiting.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ENQUEUED);
		assertThat(claim()).hasSize(1);
	}

	@Test
	void whoWaitsForATransactionThatCommitsFindsTheKeyHeld() throws Exception {
		Future<EnqueueResult> waiting = this.transaction.execute((status) -> {
			submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);
			return submitOnOtherThread();
		});
		EnqueueResult result = waiting.get(30, TimeUnit.SECONDS);
		assertThat(result.kind()).isEqualTo(Kind.SKIPPED);
		assertThat(claim()).extracting(ClaimedJob::id).containsExactly(result.id());
	}

	@Test
	void savepointThatIsRolledBackFreesTheKey() {
		this.transaction.executeWithoutResult((outer) -> {
			TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			nested.executeWithoutResult((inner) -> {
				submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);
				inner.setRollbackOnly();
			});
			assertThat(submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL).isEnqueued()).isTrue();
		});
		assertThat(claim()).hasSize(1);
	}

	@Test
	void duplicateThatIsToFailLeavesTheTransactionUsable() {
		submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);
		this.transaction.executeWithoutResult((status) -> {
			NewJob plain = job("[]", null, null);
			assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> this.store
				.enqueueUnique(List.of(plain, job("[]", null, key(UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL)))));
			this.store.enqueue(List.of(plain));
		});
		assertThat(claim()).hasSize(2);
	}

	@Test
	void jobThatATransactionHasFoundWaitingStartsAfterItsCommit() {
		JobId id = submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP).id();
		JobId other = this.store.enqueue(List.of(job("[]", null, null))).get(0);
		this.transaction.executeWithoutResult((status) -> {
			assertThat(submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP))
				.isEqualTo(new EnqueueResult(id, Kind.SKIPPED));
			assertThat(claim()).extracting(ClaimedJob::id).containsExactly(other);
			assertThat(claim()).isEmpty();
		});
		// At once, although the mark was above it.
		assertThat(claim()).extracting(ClaimedJob::id).containsExactly(id);
	}

	@Test
	void scheduledJobThatATransactionHasFoundWaitingStartsAfterItsCommit() {
		JobId id = this.store.enqueue(List.of(job("[]", HOUR, key(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP))))
			.get(0);
		this.transaction.executeWithoutResult((status) -> {
			submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP);
			this.server.execute("update " + this.schema + ".job set run_at = run_at - interval '2 hours'");
			assertThat(claim()).isEmpty();
			assertThat(claim()).isEmpty();
		});
		assertThat(claim()).extracting(ClaimedJob::id).containsExactly(id);
	}

	@Test
	void transactionsThatFindAJobWaitingDoNotWaitForEachOther() throws Exception {
		JobId id = submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP).id();
		this.transaction.executeWithoutResult((status) -> {
			submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP);
			Future<@Nullable EnqueueResult> other = this.otherThread
				.submit(() -> this.transaction.execute((inner) -> submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP)));
			assertThat(other).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(new EnqueueResult(id, Kind.SKIPPED));
		});
	}

	@Test
	void jobThatIsUniqueUntilItIsFinishedMayStartWhileATransactionFindsItThere() {
		JobId id = submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).id();
		this.transaction.executeWithoutResult((status) -> {
			submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);
			assertThat(claim()).extracting(ClaimedJob::id).containsExactly(id);
		});
	}

	@Test
	void jobIsNotStartedWhileATransactionReplacesIt() {
		JobId id = submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).id();
		this.transaction.executeWithoutResult((status) -> {
			assertThat(submit("[1]", OnDuplicate.REPLACE)).isEqualTo(new EnqueueResult(id, Kind.REPLACED));
			assertThat(claim()).isEmpty();
			status.setRollbackOnly();
		});
		assertThat(this.store.admin().get(id).arguments()).isEqualTo("[]");
		this.transaction.executeWithoutResult((status) -> {
			submit("[2]", OnDuplicate.REPLACE);
			assertThat(claim()).isEmpty();
		});
		assertThat(claim()).extracting(ClaimedJob::arguments).containsExactly("[2]");
	}

	@Test
	void suspectThatATransactionHoldsKeepsNoOtherJobBack() {
		JobId suspect = submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP).id();
		this.server.execute("update " + this.schema + ".job set abandoned = 1");
		JobId other = this.store.enqueue(List.of(job("[]", null, null))).get(0);
		this.transaction.executeWithoutResult((status) -> {
			submit(UniqueScope.WHILE_WAITING, OnDuplicate.SKIP);
			assertThat(claim()).extracting(ClaimedJob::id).containsExactly(other);
		});
		assertThat(claim()).extracting(ClaimedJob::id).containsExactly(suspect);
	}

	@Test
	void jobThatATransactionHasCancelledHoldsItsKeyNoMore() {
		JobId id = submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).id();
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.store.admin().cancel(id)).isTrue();
			assertThat(submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL).isEnqueued()).isTrue();
		});
		assertThat(claim()).hasSize(1);
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 0L);
	}

	@Test
	void housekeepingRemovesTheKeysOfJobsThatAreGone() {
		submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);
		this.store.enqueue(
				List.of(job("[]", HOUR, new UniqueKey("=later", UniqueScope.WHILE_WAITING, null, OnDuplicate.SKIP)),
						job("[]", null, new UniqueKey("=hour", UniqueScope.FOR_DURATION, HOUR, OnDuplicate.SKIP))));
		this.store.prune();
		assertThat(keys()).isEqualTo(3);
		List<Outcome> outcomes = claim().stream().map((job) -> Outcome.succeeded(job, null, HOUR)).toList();
		assertThat(outcomes).hasSize(2);
		this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
		this.store.prune();
		assertThat(keys()).isEqualTo(2);
		this.server.execute("update " + this.schema + ".job_unique set until = until - interval '1 hour'");
		this.store.prune();
		assertThat(keys()).isEqualTo(1);
	}

	private Future<EnqueueResult> submitOnOtherThread() {
		Future<EnqueueResult> other = this.otherThread
			.submit(() -> submit(UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> number(
					"select count(*) from pg_stat_activity" + " where wait_event_type = 'Lock' and query like '%"
							+ this.schema + "%job_enqueue_unique%'") == 1);
		return other;
	}

	private EnqueueResult submit(UniqueScope scope, OnDuplicate onDuplicate) {
		return this.store.enqueueUnique(List.of(job("[]", null, key(scope, onDuplicate)))).get(0);
	}

	private EnqueueResult submit(String arguments, OnDuplicate onDuplicate) {
		return this.store.enqueueUnique(List.of(job(arguments, null, key(UniqueScope.UNTIL_FINISHED, onDuplicate))))
			.get(0);
	}

	private static UniqueKey key(UniqueScope scope, OnDuplicate onDuplicate) {
		return new UniqueKey("=key", scope, null, onDuplicate);
	}

	private static NewJob job(String arguments, @Nullable Duration delay, @Nullable UniqueKey unique) {
		return new NewJob("some.handler", QUEUE, 0, 10, arguments, Map.of(), delay, null, null, null, null, unique);
	}

	private List<ClaimedJob> claim() {
		return this.store.exchange(new Exchange(this.node, List.of(), Claim.of(QUEUE, 10))).claimed();
	}

	private long keys() {
		return number("select count(*) from " + this.schema + ".job_unique");
	}

	private long number(String query) {
		return JdbcClient.create(this.server.dataSource()).sql(query).query(Long.class).single();
	}

}
