package io.jobqueue.autoconfigure;

import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which database, whose transactions, and what happens to its schema.
 */
class PostgresAutoConfigurationIntegrationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final String schema = PostgresServer.get().newSchema();

	private final ApplicationContextRunner runner = PostgresApplication.in(this.schema);

	@Test
	void postgresIsUsedWhereThereIsADataSource() {
		this.runner.run((context) -> {
			assertThat(context).getBean("jobStore").isInstanceOf(PostgresJobStore.class);
			assertThat(context.getBean(PostgresJobStore.class).transactionManager())
				.isSameAs(context.getBean(PlatformTransactionManager.class));
			assertThat(tables(this.schema)).contains("job", "job_lease", "job_history", "job_node", "job_schema");
			await().atMost(PATIENCE).until(() -> context.getBean(JobAdmin.class).nodes().size() == 1);
		});
	}

	@Test
	void nodeIsGoneAndConnectionsAreClosedAfterTheEnd() {
		String application = "gone_" + this.schema;
		ApplicationContextRunner named = this.runner
			.withPropertyValues("spring.datasource.hikari.data-source-properties.ApplicationName=" + application);
		named.run((context) -> {
			await().atMost(PATIENCE).until(() -> context.getBean(JobAdmin.class).nodes().size() == 1);
			await().atMost(PATIENCE).until(() -> connections(application) > 3);
		});
		await().atMost(PATIENCE).until(() -> connections(application) == 0);
		assertThat(jdbc().queryForList("select * from " + this.schema + ".job_node")).isEmpty();
	}

	@Test
	void memoryWinsWhenItIsNamed() {
		this.runner.withPropertyValues("job-queue.store=memory").run((context) -> {
			assertThat(context).getBean(JobStore.class).isInstanceOf(MemoryJobStore.class);
			assertThat(tables(this.schema)).isEmpty();
		});
	}

	@Test
	void whenUserDefinesJobStoreThenAutoConfiguredOneBacksOffAndLeavesTheDatabaseAlone() {
		this.runner
			.withBean("mine", MemoryJobStore.class, () -> new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT))
			.run((context) -> {
				assertThat(context).hasSingleBean(JobStore.class).hasBean("mine");
				assertThat(tables(this.schema)).isEmpty();
			});
	}

	// Schema

	@Test
	void missingTablesAreAFailureUnlessTheyAreToBeCreated() {
		ApplicationContextRunner never = this.runner.withPropertyValues("job-queue.postgres.initialize-schema=never");
		never.run((context) -> {
			FailureAnalysis analysis = analyze(new PostgresSchemaFailureAnalyzer(), context.getStartupFailure());
			assertThat(analysis.getDescription())
				.isEqualTo("The tables of job-queue are missing in schema '" + this.schema + "'.");
			assertThat(analysis.getAction()).isEqualTo(
					"Set job-queue.postgres.initialize-schema=always, or run the scripts [V1__create_job_queue.sql]"
							+ " from io/jobqueue/store/postgres/migration in the jar of job-queue-core.");
		});
		assertThat(tables(this.schema)).isEmpty();
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		never.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void tablesOfALaterReleaseAreAFailure() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		jdbc().update("insert into " + this.schema + ".job_schema (version, oldest_client) values (99, 98)");
		for (String mode : new String[] { "always", "never" }) {
			this.runner.withPropertyValues("job-queue.postgres.initialize-schema=" + mode).run((context) -> {
				FailureAnalysis analysis = analyze(new PostgresSchemaFailureAnalyzer(), context.getStartupFailure());
				assertThat(analysis.getDescription()).isEqualTo("The tables of job-queue in schema '" + this.schema
						+ "' have version 99, which works with releases of schema version 98 or later; this release has"
						+ " version 1.");
				assertThat(analysis.getAction())
					.isEqualTo("Use the release of job-queue that the other nodes use, or a later one.");
			});
		}
	}

	@Test
	void scriptsOfTheApplicationRunBefore() {
		// The only one who may create the schema is the application's own initializer.
		String user = "user_" + this.schema;
		jdbc().execute("create role " + user + " login password 'secret'");
		this.runner.withUserConfiguration(SchemaByApplication.class)
			.withPropertyValues("test.schema=" + this.schema, "test.user=" + user)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(jdbc().queryForObject("select nspowner::regrole::text from pg_namespace where nspname = ?",
						String.class, this.schema))
					.isEqualTo(user);
			});
	}

	@Test
	void missingRightsAreAFailure() {
		String user = "user_" + this.schema;
		jdbc().execute("create role " + user + " login password 'secret'");
		this.runner
			.withPropertyValues("spring.datasource.username=" + user, "spring.datasource.password=secret",
					"spring.datasource.url=" + PostgresServer.get().url().replaceAll("[?&]user=[^&]*", "?"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfies((cause) -> assertThat(
						analyze(new PostgresSchemaFailureAnalyzer(), context.getStartupFailure()).getAction())
					.contains("Grant the database user the right to create them")));
	}

	@Test
	void databaseThatDoesNotAnswerIsAFailure() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none",
					"spring.datasource.hikari.connection-timeout=500")
			.run((context) -> {
				FailureAnalysis analysis = analyze(new JobStoreFailureAnalyzer(), context.getStartupFailure());
				assertThat(analysis.getDescription()).startsWith(
						"The job store did not answer: The database could not be reached to prepare its schema");
			});
	}

	@Test
	void schemaOfAnotherApplicationIsLeftAlone() {
		String other = PostgresServer.get().newSchema();
		this.runner.withPropertyValues("job-queue.worker.enabled=false").run((first) -> {
			JobId id = first.getBean(JobTemplate.class).enqueue("of.first");
			PostgresApplication.in(other).run((second) -> {
				assertThat(second.getBean(JobAdmin.class).find(id)).isEmpty();
				assertThat(second.getBean(JobAdmin.class).countByState()).containsEntry(JobState.AVAILABLE, 0L);
			});
		});
	}

	// Several data sources

	@Test
	void withSeveralDataSourcesThePrimaryOneIsUsed() {
		PostgresApplication.withoutDataSource(this.schema)
			.withUserConfiguration(PrimaryAndOther.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(tables(this.schema)).isNotEmpty();
			});
	}

	@Test
	void qualifiedDataSourceGoesBeforeThePrimaryOne() {
		PostgresApplication.in(this.schema)
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none")
			.withUserConfiguration(QualifiedDataSource.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				PlatformTransactionManager ours = context.getBean(PostgresJobStore.class).transactionManager();
				assertThat(ours).isNotSameAs(context.getBean("transactionManager"))
					.isInstanceOfSatisfying(JdbcTransactionManager.class,
							(manager) -> assertThat(manager.getDataSource())
								.isSameAs(context.getBean("jobsDataSource")));
				assertEnqueueJoins(ours, context.getBean(JobTemplate.class), context.getBean(JobAdmin.class), true);
			});
	}

	@Test
	void qualifiedTransactionManagerIsUsed() {
		PostgresApplication.in(this.schema)
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/none")
			.withUserConfiguration(QualifiedDataSource.class, QualifiedTransactionManager.class)
			.run((context) -> {
				PlatformTransactionManager ours = (PlatformTransactionManager) context
					.getBean("jobsTransactionManager");
				assertThat(context.getBean(PostgresJobStore.class).transactionManager()).isSameAs(ours);
				assertEnqueueJoins(ours, context.getBean(JobTemplate.class), context.getBean(JobAdmin.class), true);
			});
	}

	@Test
	void transactionsOfAnotherResourceAreNotJoined() {
		this.runner.withUserConfiguration(OtherTransactionManager.class).run((context) -> {
			PlatformTransactionManager other = context.getBean(PlatformTransactionManager.class);
			assertThat(context.getBean(PostgresJobStore.class).transactionManager()).isNotSameAs(other);
			assertEnqueueJoins(other, context.getBean(JobTemplate.class), context.getBean(JobAdmin.class), false);
		});
	}

	@Test
	void severalDataSourcesWithoutChoiceAreAFailure() {
		PostgresApplication.withoutDataSource(this.schema)
			.withUserConfiguration(TwoEqualDataSources.class)
			.run((context) -> {
				FailureAnalysis analysis = analyze(new JobStoreSetupFailureAnalyzer(), context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("several DataSource beans");
			});
	}

	private static void assertEnqueueJoins(PlatformTransactionManager transactionManager, JobTemplate jobs,
			JobAdmin admin, boolean joins) {
		JobId id = new TransactionTemplate(transactionManager).execute((status) -> {
			JobId enqueued = jobs.enqueue("of.nobody");
			status.setRollbackOnly();
			return enqueued;
		});
		assertThat(admin.find(id).isEmpty()).isEqualTo(joins);
	}

	private static <T extends Throwable> FailureAnalysis analyze(AbstractFailureAnalyzer<T> analyzer,
			Throwable failure) {
		FailureAnalysis analysis = analyzer.analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

	private static Iterable<String> tables(String schema) {
		return jdbc().queryForList("select table_name from information_schema.tables where table_schema = ?",
				String.class, schema);
	}

	private static int connections(String application) {
		return jdbc().queryForObject("select count(*) from pg_stat_activity where application_name = ?", Integer.class,
				application);
	}

	private static JdbcTemplate jdbc() {
		return new JdbcTemplate(PostgresServer.get().dataSource());
	}

	private static HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(PostgresServer.get().url());
		pool.setMaximumPoolSize(4);
		return pool;
	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryAndOther {

		@Bean
		@Primary
		HikariDataSource first() {
			return pool();
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost:1/none");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoEqualDataSources {

		@Bean
		HikariDataSource first() {
			return pool();
		}

		@Bean
		HikariDataSource second() {
			return pool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QualifiedDataSource {

		@Bean(defaultCandidate = false)
		@JobQueueDataSource
		HikariDataSource jobsDataSource() {
			return pool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QualifiedTransactionManager {

		@Bean(defaultCandidate = false)
		@JobQueueTransactionManager
		JdbcTransactionManager jobsTransactionManager(@JobQueueDataSource DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherTransactionManager {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new MessageTransactionManager();
		}

	}

	/**
	 * Stands for one of a message broker or another database.
	 */
	@SuppressWarnings("serial")
	static class MessageTransactionManager extends AbstractPlatformTransactionManager
			implements ResourceTransactionManager {

		@Override
		public Object getResourceFactory() {
			return "broker";
		}

		@Override
		protected Object doGetTransaction() {
			return "transaction";
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(DatabaseInitializationDependencyConfigurer.class)
	static class SchemaByApplication {

		@Bean
		DataSourceScriptDatabaseInitializer initializer(DataSource dataSource, Environment environment) {
			return new DataSourceScriptDatabaseInitializer(dataSource, new DatabaseInitializationSettings()) {

				@Override
				public boolean initializeDatabase() {
					jdbc().execute("create schema " + environment.getProperty("test.schema") + " authorization "
							+ environment.getProperty("test.user"));
					return true;
				}

			};
		}

	}

}
