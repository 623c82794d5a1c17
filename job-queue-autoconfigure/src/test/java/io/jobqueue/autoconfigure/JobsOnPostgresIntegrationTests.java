package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.autoconfigure.Orders.OrderJobs;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * An application and its jobs on one PostgreSQL, from {@code application.yml} to the
 * rows.
 */
class JobsOnPostgresIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final String schema = PostgresServer.get().newSchema();

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = PostgresApplication.in(this.schema)
			.withUserConfiguration(Orders.Application.class)
			.withPropertyValues("test.table=app_" + this.schema + ".written");
	}

	@Test
	void jobRunsAfterTheCommitOfItsTransaction() {
		this.runner.run((context) -> {
			JobAdmin admin = context.getBean(JobAdmin.class);
			JobId id = transaction(context).execute((status) -> {
				JobId enqueued = context.getBean(Orders.class).place("a");
				assertThat(other().queryForList("select 1 from " + this.schema + ".job")).isEmpty();
				return enqueued;
			});
			awaitState(admin, id, JobState.SUCCEEDED);
			assertThat(confirmed(context)).containsExactly("a");
		});
	}

	@Test
	void jobOfATransactionThatRollsBackNeverRuns() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThatIllegalStateException().isThrownBy(() -> orders.placeAndFail("a"));
			assertThat(orders.written()).isEmpty();
			awaitState(context.getBean(JobAdmin.class), orders.place("b"), JobState.SUCCEEDED);
			assertThat(confirmed(context)).containsExactly("b");
			assertNoJobIsLeft(context);
		});
	}

	@Test
	void jobOfANestedTransactionThatRollsBackNeverRuns() {
		this.runner.run((context) -> {
			awaitState(context.getBean(JobAdmin.class), context.getBean(Orders.class).placeWithLostExtra("a"),
					JobState.SUCCEEDED);
			assertThat(confirmed(context)).containsExactly("a");
			assertNoJobIsLeft(context);
		});
	}

	@Test
	void whatATransactionalHandlerWritesIsCommittedTogetherWithItsCompletion() {
		this.runner.run((context) -> {
			assertThat(AopUtils.isAopProxy(context.getBean(OrderJobs.class))).isTrue();
			Orders orders = context.getBean(Orders.class);
			JobId id = orders.invoice("a");
			JobRecord job = awaitState(context.getBean(JobAdmin.class), id, JobState.SUCCEEDED);
			assertThat(job.result()).isEqualTo("\"invoiced a\"");
			assertThat(orders.transactionOf("invoice a")).isEqualTo(other().queryForObject(
					"select xmin::text from " + this.schema + ".job_history where id = ?", String.class, id.value()));
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(confirmed(context)).containsExactly("invoice a 1"));
		});
	}

	@Test
	void handlerThatFailsLeavesNothingAndItsJobCanBeRetriedByHand() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			OrderJobs handlers = handlers(context);
			JobAdmin admin = context.getBean(JobAdmin.class);
			handlers.broken.add("a");
			JobId id = orders.invoice("a");
			JobRecord failed = awaitState(admin, id, JobState.FAILED);
			assertThat(failed.attempt()).isEqualTo(3);
			assertThat(failed.failures()).hasSize(3).extracting(JobFailure::message).containsOnly("as intended");
			assertThat(orders.written()).isEmpty();
			assertThat(confirmed(context)).isEmpty();
			handlers.broken.clear();
			assertThat(admin.retry(id)).isTrue();
			JobRecord retried = awaitState(admin, id, JobState.SUCCEEDED);
			assertThat(retried.failures()).hasSize(3);
			assertThat(orders.written()).containsExactly("invoice a");
			assertThat(admin.retry(id)).isFalse();
		});
	}

	@Test
	void handlerThatSwallowsAnSqlErrorHasFailedAndIsRunAgain() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			JobId id = context.getBean(JobTemplate.class).enqueue(OrderJobs::careless, "a");
			JobRecord job = awaitState(context.getBean(JobAdmin.class), id, JobState.SUCCEEDED);
			assertThat(job.attempt()).isEqualTo(2);
			assertThat(job.failures()).hasSize(1);
			assertThat(orders.written()).containsExactly("careless a");
		});
	}

	@Test
	void largeBatchIsEnqueuedAndRunCompletely() {
		this.runner.run((context) -> {
			List<JobId> ids = context.getBean(JobTemplate.class)
				.enqueueAll(OrderJobs::confirm, IntStream.range(0, 5000).mapToObj(Integer::toString));
			assertThat(ids).hasSize(5000).doesNotHaveDuplicates();
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(confirmed(context)).hasSize(5000));
			assertThat(confirmed(context)).doesNotHaveDuplicates();
		});
	}

	/**
	 * All promises hold whatever the pool is like.
	 */
	@ParameterizedTest
	@CsvSource({ "hikari.auto-commit=false", "hikari.transaction-isolation=TRANSACTION_SERIALIZABLE",
			"hikari.transaction-isolation=TRANSACTION_REPEATABLE_READ", "hikari.maximum-pool-size=4",
			"hikari.maximum-pool-size=2", "hikari.schema=pg_catalog",
			"hikari.connection-init-sql=set search_path to nowhere", "url=&currentSchema=nowhere",
			"url=&prepareThreshold=0", "url=&autosave=always", "connection-fetch=lazy" })
	void poolDoesNotMatter(String setting) {
		String property = "spring.datasource."
				+ (setting.startsWith("url=") ? "url=" + PostgresServer.get().url() + setting.substring(4) : setting);
		this.runner.withPropertyValues(property).run((context) -> {
			assertThat(context).hasNotFailed();
			Orders orders = context.getBean(Orders.class);
			JobAdmin admin = context.getBean(JobAdmin.class);
			handlers(context).broken.add("broken");
			List<JobId> ids = new ArrayList<>();
			assertThatIllegalStateException().isThrownBy(() -> orders.placeAndFail("lost"));
			JobId broken = orders.invoice("broken");
			for (int i = 0; i < 20; i++) {
				ids.add(orders.place("order " + i));
				ids.add(orders.invoice("order " + i));
			}
			awaitState(admin, broken, JobState.FAILED);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(ids).allMatch((id) -> admin.get(id).state() == JobState.SUCCEEDED));
			handlers(context).broken.clear();
			assertThat(admin.retry(broken)).isTrue();
			awaitState(admin, broken, JobState.SUCCEEDED);
			assertThat(orders.written()).hasSize(41).doesNotHaveDuplicates();
			await().atMost(PATIENCE).untilAsserted(() -> assertNoJobIsLeft(context));
			assertThat(confirmed(context)).hasSize(41).doesNotHaveDuplicates().doesNotContain("lost");
		});
	}

	@Test
	void workerNeedsNoConnectionOfThePool() {
		this.runner.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1").run((context) -> {
			JobAdmin admin = context.getBean(JobAdmin.class);
			JobId id = context.getBean(Orders.class).place("a");
			awaitState(admin, id, JobState.SUCCEEDED);
			transaction(context).executeWithoutResult((status) -> {
				// The only connection of the pool is in use now.
				context.getBean(JdbcTemplate.class).queryForObject("select 1", Integer.class);
				other().update("insert into " + this.schema
						+ ".job (created_at, run_at, rank, max_attempts, state, queue, handler, arguments, headers) select created_at,"
						+ " run_at, 0, max_attempts, 'available', queue, handler, arguments, headers from "
						+ this.schema + ".job_history");
				await().atMost(PATIENCE).untilAsserted(() -> assertThat(confirmed(context)).containsExactly("a", "a"));
			});
		});
	}

	private static TransactionTemplate transaction(AssertableApplicationContext context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	private static OrderJobs handlers(AssertableApplicationContext context) {
		return AopTestUtils.getUltimateTargetObject(context.getBean(OrderJobs.class));
	}

	private static List<String> confirmed(AssertableApplicationContext context) {
		return handlers(context).confirmed;
	}

	private static JobRecord awaitState(JobAdmin admin, JobId id, JobState state) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(admin.get(id).state()).isEqualTo(state));
		return admin.get(id);
	}

	private static void assertNoJobIsLeft(AssertableApplicationContext context) {
		assertThat(context.getBean(JobAdmin.class).countByState()).containsEntry(JobState.AVAILABLE, 0L)
			.containsEntry(JobState.SCHEDULED, 0L)
			.containsEntry(JobState.RUNNING, 0L);
	}

	private static JdbcTemplate other() {
		return new JdbcTemplate(PostgresServer.get().dataSource());
	}

}
