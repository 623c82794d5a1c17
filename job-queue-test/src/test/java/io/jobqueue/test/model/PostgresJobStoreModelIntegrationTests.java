package io.jobqueue.test.model;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;

/**
 * {@link io.jobqueue.store.postgres.PostgresJobStore} and its model.
 */
class PostgresJobStoreModelIntegrationTests extends AbstractJobStoreModelTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new PostgresFixture();
	}

}
