package io.jobqueue.test.store;

/**
 * Moved jobs on PostgreSQL.
 */
class PostgresMovedJobIntegrationTests extends MovedJobContract {

	@Override
	JobStoreFixture createFixture() {
		return new PostgresFixture();
	}

}
