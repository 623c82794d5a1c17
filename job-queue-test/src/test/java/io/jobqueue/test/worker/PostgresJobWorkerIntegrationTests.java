package io.jobqueue.test.worker;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;

/**
 * Workers on PostgreSQL.
 */
class PostgresJobWorkerIntegrationTests extends AbstractJobWorkerContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new PostgresFixture();
	}

}
