package io.jobqueue.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.jobqueue.JobStoreException;
import io.jobqueue.annotation.Job;
import io.jobqueue.store.JobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What a user reads when the application does not start. Those of the PostgreSQL schema
 * are tested where there is one.
 */
class FailureAnalyzersTests {

	private final ApplicationContextRunner withoutStore = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutStore.withPropertyValues("job-queue.store=memory");

	@Test
	void allAreRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, (type, name, failure) -> {
			})).extracting((analyzer) -> (Object) analyzer.getClass())
			.contains(InvalidJobHandlerFailureAnalyzer.class, JobStoreFailureAnalyzer.class,
					JobStoreSetupFailureAnalyzer.class, PostgresSchemaFailureAnalyzer.class);
	}

	@Test
	void noStore() {
		assertAnalysis(this.withoutStore,
				"There is no store for jobs: 'postgres' cannot be used because there is no DataSource bean; 'redis'"
						+ " cannot be used because there is no RedisConnectionFactory bean.",
				"To use 'postgres', set spring.datasource.url, or define a DataSource bean. To use 'redis', add"
						+ " spring-boot-starter-data-redis. For tests and demonstrations set job-queue.store=memory, which keeps jobs only as long as the process lives. To do without"
						+ " jobs set job-queue.enabled=false.");
	}

	@Test
	void storeThatCannotBeUsed() {
		assertAnalysis(this.withoutStore.withPropertyValues("job-queue.store=postgres"),
				"job-queue.store is 'postgres', but this store cannot be used: there is no DataSource bean.",
				"To use it, set spring.datasource.url, or define a DataSource bean. Otherwise choose another"
						+ " job-queue.store.");
	}

	@Test
	void severalStores() {
		List<JobStoreCandidate> candidates = List.of(JobStoreCandidate.usable(JobStoreType.POSTGRES, true),
				JobStoreCandidate.usable(JobStoreType.REDIS, true));
		FailureAnalysis analysis = new JobStoreSetupFailureAnalyzer()
			.analyze(JobStoreSelection.of(null, candidates).failure());
		assertThat(analysis.getDescription())
			.isEqualTo("Several stores could keep the jobs, 'postgres' and 'redis', and none is chosen.");
		assertThat(analysis.getAction())
			.isEqualTo("Set job-queue.store to one of them, as in job-queue.store=postgres.");
	}

	@Test
	void severalDataSources() {
		assertAnalysis(
				this.withoutStore.withBean("a", DataSource.class, () -> mock(DataSource.class))
					.withBean("b", DataSource.class, () -> mock(DataSource.class)),
				"The application has several DataSource beans, and none of them is primary or qualified to keep the jobs.",
				"Annotate the one that keeps the jobs with @JobQueueDataSource, and its transaction manager with"
						+ " @JobQueueTransactionManager, or make one of them @Primary.");
	}

	@Test
	void severalConnectionFactories() {
		assertAnalysis(
				this.withoutStore.withBean("a", RedisConnectionFactory.class, LettuceConnectionFactory::new)
					.withBean("b", RedisConnectionFactory.class, LettuceConnectionFactory::new),
				"The application has several RedisConnectionFactory beans, and none of them is primary or qualified to keep"
						+ " the jobs.",
				"Annotate the one that keeps the jobs with @JobQueueRedisConnectionFactory, or make one of them @Primary.");
	}

	@Test
	void connectionFactoryOfAnotherDriver() {
		RedisConnectionFactory other = mock(RedisConnectionFactory.class);
		assertAnalysis(this.withoutStore.withBean(RedisConnectionFactory.class, () -> other),
				"The RedisConnectionFactory that is to keep the jobs is a " + other.getClass().getSimpleName()
						+ ", and this store needs Lettuce.",
				"Set spring.data.redis.client-type=lettuce, or define a LettuceConnectionFactory and annotate it with"
						+ " @JobQueueRedisConnectionFactory.");
	}

	@Test
	void twoHandlersOfOneName() {
		assertAnalysis(this.runner.withBean("first", SameName.class).withBean("second", SameName.class),
				"The @Job method " + SameName.class.getName() + ".run has the name 'same', which "
						+ SameName.class.getName() + ".run has already.",
				"Give one of them another name: the name is what is stored with every job.");
	}

	@Test
	void unusableSignature() {
		assertAnalysis(this.runner.withUserConfiguration(StaticHandler.class),
				"The @Job method " + StaticHandler.class.getName() + ".run is static.",
				"Remove 'static': a handler is a method of a bean.");
	}

	@Test
	void storeThatDoesNotAnswer() {
		JobStore store = mock(JobStore.class);
		given(store.admin()).willThrow(
				new JobStoreException("The database could not be reached", new IllegalStateException("refused")));
		assertAnalysis(this.runner.withBean(JobStore.class, () -> store),
				"The job store did not answer: The database could not be reached (refused).",
				"Check that the database or server that keeps the jobs is running, and that the application reaches it by"
						+ " the URL and with the credentials of its configuration.");
	}

	private static void assertAnalysis(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			List<FailureAnalysis> analyses = SpringFactoriesLoader.forDefaultResourceLocation()
				.load(FailureAnalyzer.class, (type, name, failure) -> {
				})
				.stream()
				.filter((analyzer) -> analyzer.getClass().getPackageName().startsWith("io.jobqueue"))
				.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
				.filter((analysis) -> analysis != null)
				.toList();
			assertThat(analyses).singleElement().satisfies((analysis) -> {
				assertThat(analysis.getDescription()).isEqualTo(description);
				assertThat(analysis.getAction()).isEqualTo(action);
			});
		});
	}

	static class SameName {

		@Job("same")
		void run() {
		}

	}

	static class StaticHandler {

		@Job("static")
		static void run() {
		}

	}

}
