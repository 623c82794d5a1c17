package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Interceptors as beans, and where they are seen from a transaction.
 */
class InterceptorsOnPostgresIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final String schema = PostgresServer.get().newSchema();

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = PostgresApplication.in(this.schema)
			.withUserConfiguration(Orders.Application.class, Interceptors.class)
			.withPropertyValues("test.table=app_" + this.schema + ".written");
	}

	@Test
	void beansAreCalledInTheirOrderAndMayEnqueue() {
		this.runner.run((context) -> {
			List<String> log = context.getBean(Recorder.class).log;
			JobId id = context.getBean(Orders.class).place("a");
			assertThat(log).startsWith("1 order.confirm in transaction true", "2 order.confirm {first=1}");
			JobRecord job = awaitState(context, id, JobState.SUCCEEDED);
			assertThat(job.headers()).containsOnlyKeys("first", "second");
			assertThat(log.subList(2, log.size())).containsExactly("1 runs", "2 runs", "2 ran", "1 ran");
			context.getBean(Recorder.class).follower = "follower";
			JobId followed = context.getBean(JobTemplate.class).enqueue("order.confirm", "b");
			awaitState(context, followed, JobState.SUCCEEDED);
			Orders.OrderJobs handlers = AopTestUtils.getTargetObject(context.getBean(Orders.OrderJobs.class));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(handlers.confirmed).containsExactlyInAnyOrder("a", "b", "follower"));
		});
	}

	@Test
	void interceptorsAreOutsideOfTheTransactionOfTheHandler() {
		this.runner.run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			JobId id = context.getBean(Orders.class).invoice("a");
			JobRecord job = awaitState(context, id, JobState.SUCCEEDED);
			assertThat(job.attempt()).isOne();
			// They come to an end after the commit, which is what can be seen.
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(recorder.log).contains("1 ran"));
			assertThat(recorder.inTransaction).hasSizeGreaterThanOrEqualTo(2).containsOnly(false);
			assertThat(recorder.writtenAfter).contains("invoice a");
		});
	}

	@Test
	void whatIsThrownAfterTheCommitChangesNothing() {
		this.runner.run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			recorder.throwsAfter = true;
			JobId id = context.getBean(Orders.class).invoice("a");
			JobRecord job = awaitState(context, id, JobState.SUCCEEDED);
			assertThat(job.attempt()).isOne();
			assertThat(job.failures()).isEmpty();
			assertThat(context.getBean(Orders.class).written()).containsExactly("invoice a");
		});
	}

	@Test
	void whatIsThrownAtTheEnqueueRollsBackTheTransactionOfTheCaller() {
		this.runner.run((context) -> {
			context.getBean(Recorder.class).refuses = true;
			Orders orders = context.getBean(Orders.class);
			assertThatIllegalStateException().isThrownBy(() -> orders.place("a")).withMessage("refused");
			assertThat(orders.written()).isEmpty();
			assertThat(context.getBean(JobAdmin.class).countByState()).containsEntry(JobState.AVAILABLE, 0L);
		});
	}

	private static JobRecord awaitState(AssertableApplicationContext context, JobId id, JobState state) {
		JobAdmin admin = context.getBean(JobAdmin.class);
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(admin.get(id).state()).isEqualTo(state));
		return admin.get(id);
	}

	/**
	 * What the interceptors have seen, and are to do.
	 */
	static class Recorder {

		final List<String> log = new CopyOnWriteArrayList<>();

		final List<Boolean> inTransaction = new CopyOnWriteArrayList<>();

		final List<String> writtenAfter = new CopyOnWriteArrayList<>();

		volatile boolean throwsAfter;

		volatile boolean refuses;

		volatile String follower;

	}

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		@Order(2)
		JobInterceptor second(Recorder recorder, JobTemplate jobs, Orders orders) {
			return new JobInterceptor() {

				@Override
				public void beforeEnqueue(OutgoingJob job) {
					recorder.log.add("2 " + job.handler() + " " + job.headers());
					job.header("second", "2");
					if (recorder.refuses) {
						throw new IllegalStateException("refused");
					}
				}

				@Override
				public void aroundAttempt(JobContext job, Attempt attempt) {
					recorder.log.add("2 runs");
					attempt.proceed();
					recorder.log.add("2 ran");
					recorder.writtenAfter.addAll(orders.written());
					String follower = recorder.follower;
					if (follower != null) {
						recorder.follower = null;
						jobs.enqueue(Orders.OrderJobs::confirm, follower);
					}
				}

			};
		}

		@Bean
		@Order(1)
		JobInterceptor first(Recorder recorder) {
			return new JobInterceptor() {

				@Override
				public void beforeEnqueue(OutgoingJob job) {
					boolean isInTransaction = TransactionSynchronizationManager.isActualTransactionActive();
					recorder.log.add("1 " + job.handler() + " in transaction " + isInTransaction);
					job.header("first", "1");
				}

				@Override
				public void aroundAttempt(JobContext job, Attempt attempt) {
					recorder.log.add("1 runs");
					recorder.inTransaction.add(TransactionSynchronizationManager.isActualTransactionActive());
					attempt.proceed();
					recorder.inTransaction.add(TransactionSynchronizationManager.isActualTransactionActive());
					recorder.log.add("1 ran");
					if (recorder.throwsAfter) {
						throw new IllegalStateException("too late");
					}
				}

			};
		}

	}

}
