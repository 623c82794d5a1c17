package io.jobqueue.test.store;

/**
 * The contract on PostgreSQL.
 */
class PostgresJobStoreIntegrationTests extends AbstractJobStoreContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new PostgresFixture();
	}

}
