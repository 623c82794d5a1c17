package io.jobqueue.test.model;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;

import io.jobqueue.test.postgres.PostgresServer;
import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;

/**
 * {@link io.jobqueue.store.postgres.PostgresJobStore} and its model.
 */
class PostgresJobStoreModelIntegrationTests extends AbstractJobStoreModelTests {

	private static final HikariDataSource POOL = createPool();

	private static HikariDataSource createPool() {
		HikariConfig config = new HikariConfig();
		config.setDataSource(PostgresServer.get().dataSource());
		config.setMaximumPoolSize(2);
		return new HikariDataSource(config);
	}

	@AfterAll
	static void closePool() {
		POOL.close();
	}

	@Override
	protected JobStoreFixture createFixture() {
		return new PostgresFixture(POOL);
	}

}
