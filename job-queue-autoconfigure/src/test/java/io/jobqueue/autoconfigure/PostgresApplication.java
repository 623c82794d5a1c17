package io.jobqueue.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;

import io.jobqueue.test.postgres.PostgresServer;

/**
 * An application with a pool of connections to a real PostgreSQL.
 */
final class PostgresApplication {

	private PostgresApplication() {
	}

	/**
	 * Return an application whose jobs are in a schema of its own.
	 */
	static ApplicationContextRunner inNewSchema() {
		return in(PostgresServer.get().newSchema());
	}

	static ApplicationContextRunner in(String schema) {
		return withoutDataSource(schema).withPropertyValues("spring.datasource.url=" + PostgresServer.get().url());
	}

	static ApplicationContextRunner withoutDataSource(String schema) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class, AopAutoConfiguration.class, JobQueueAutoConfiguration.class))
			.withPropertyValues("job-queue.postgres.schema=" + schema);
	}

}
