package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.test.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which server, when jobs are sent, and what is said about the server.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisAutoConfigurationIntegrationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, JobQueueAutoConfiguration.class))
		.withPropertyValues("spring.data.redis.url=" + RedisServer.get().url(),
				"job-queue.redis.key-prefix=" + RedisServer.newKeyPrefix());

	@Test
	void redisIsUsedWhereItIsTheOnlyCandidate() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			assertThat(context).getBean("jobStore").isInstanceOf(RedisJobStore.class);
			JobId id = context.getBean(JobTemplate.class).enqueue("count");
			await().atMost(PATIENCE).until(() -> state(context, id) == JobState.SUCCEEDED);
			assertThat(context.getBean(Jobs.class).calls).hasValue(1);
			await().atMost(PATIENCE).until(() -> context.getBean(JobAdmin.class).nodes().size() == 1);
		});
		this.runner.withPropertyValues("job-queue.worker.enabled=false")
			.run((context) -> assertThat(context.getBean(JobAdmin.class).nodes()).isEmpty());
	}

	@Test
	void memoryWinsWhenItIsNamed() {
		this.runner.withPropertyValues("job-queue.store=memory")
			.run((context) -> assertThat(context).getBean(JobStore.class).isInstanceOf(MemoryJobStore.class));
	}

	@Test
	void withADatabaseOneOfBothIsNamed() {
		ApplicationContextRunner both = PostgresApplication.inNewSchema()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.url=" + RedisServer.get().url(),
					"job-queue.redis.key-prefix=" + RedisServer.newKeyPrefix());
		both.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(JobStoreSetupException.class)
			.hasMessageContaining("Several stores could keep the jobs, 'postgres' and 'redis'"));
		both.withPropertyValues("job-queue.store=redis")
			.run((context) -> assertThat(context).getBean(JobStore.class).isInstanceOf(RedisJobStore.class));
		both.withPropertyValues("job-queue.store=postgres")
			.run((context) -> assertThat(context).getBean(JobStore.class).isInstanceOf(PostgresJobStore.class));
	}

	@Test
	void withoutTheDriverRedisIsNoCandidate() {
		this.runner.withClassLoader(new FilteredClassLoader("io.lettuce", "org.springframework.data.redis"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(
						"'redis' cannot be used because Spring Data Redis and Lettuce are not on the class path"));
	}

	@Test
	void serverThatDoesNotAnswerIsAFailure() {
		this.runner.withPropertyValues("spring.data.redis.url=redis://127.0.0.1:1")
			.run((context) -> assertThat(
					new JobStoreFailureAnalyzer().analyze(context.getStartupFailure()).getDescription())
				.startsWith("The job store did not answer: Redis could not be reached"));
	}

	@Test
	void qualifiedConnectionFactoryKeepsTheJobs() {
		this.runner.withUserConfiguration(TwoServers.class)
			.withPropertyValues("spring.data.redis.url=redis://127.0.0.1:1")
			.run((context) -> {
				JobId id = context.getBean(JobTemplate.class).enqueue("of.nobody");
				assertThat(state(context, id)).isEqualTo(JobState.AVAILABLE);
			});
	}

	@Test
	void serverThatKeepsNothingIsWarnedOfUnlessJobsMayGetLost(CapturedOutput output) {
		this.runner.withPropertyValues("job-queue.redis.disposable=true")
			.run((context) -> assertThat(output).doesNotContain("The Redis server keeps"));
		this.runner.run((context) -> assertThat(output).contains("The Redis server keeps"));
	}

	@Test
	void endOfTheApplicationIsNoWarning(CapturedOutput output) {
		this.runner.withUserConfiguration(Jobs.class)
			.run((context) -> await().atMost(PATIENCE)
				.until(() -> context.getBean(JobAdmin.class).nodes().size() == 1));
		assertThat(output).contains("The Redis server keeps")
			.doesNotContain("already closed", "Invocation of close method failed");
	}

	// Transactions

	@Test
	void jobsAreSentAfterTheCommit() {
		inTransactions("after-commit", (context, transaction) -> {
			JobId id = transaction.execute((status) -> {
				JobId enqueued = enqueue(context);
				assertThat(context.getBean(JobAdmin.class).find(enqueued)).isEmpty();
				return enqueued;
			});
			assertThat(id).isNotNull();
			assertThat(state(context, id)).isEqualTo(JobState.AVAILABLE);
		});
	}

	@Test
	void jobsOfATransactionThatIsRolledBackAreNotSent() {
		inTransactions("after-commit", (context, transaction) -> {
			transaction.executeWithoutResult((status) -> {
				enqueue(context);
				status.setRollbackOnly();
			});
			assertThat(context.getBean(JobAdmin.class).countByState()).containsEntry(JobState.AVAILABLE, 0L);
		});
	}

	@Test
	void jobsAreSentAtOnceIfThatIsWanted() {
		inTransactions("immediate", (context, transaction) -> transaction.executeWithoutResult((status) -> {
			assertThat(state(context, enqueue(context))).isEqualTo(JobState.AVAILABLE);
			status.setRollbackOnly();
		}));
	}

	private void inTransactions(String mode, InTransactions test) {
		PostgresApplication.inNewSchema()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.url=" + RedisServer.get().url(),
					"job-queue.redis.key-prefix=" + RedisServer.newKeyPrefix(), "job-queue.store=redis",
					"job-queue.redis.enqueue=" + mode, "job-queue.worker.enabled=false")
			.run((context) -> test.run(context,
					new TransactionTemplate(context.getBean(PlatformTransactionManager.class))));
	}

	private static JobId enqueue(ApplicationContext context) {
		return context.getBean(JobTemplate.class).enqueue("of.nobody");
	}

	private static JobState state(ApplicationContext context, JobId id) {
		return context.getBean(JobAdmin.class).get(id).state();
	}

	/**
	 * A test with transactions.
	 */
	@FunctionalInterface
	private interface InTransactions {

		void run(ApplicationContext context, TransactionTemplate transaction);

	}

	static class Jobs {

		private final AtomicInteger calls = new AtomicInteger();

		@Job("count")
		void count() {
			this.calls.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoServers {

		@Bean(defaultCandidate = false)
		@JobQueueRedisConnectionFactory
		LettuceConnectionFactory jobsConnectionFactory() {
			return new LettuceConnectionFactory(
					LettuceConnectionFactory.createRedisConfiguration(RedisServer.get().url()));
		}

	}

}
