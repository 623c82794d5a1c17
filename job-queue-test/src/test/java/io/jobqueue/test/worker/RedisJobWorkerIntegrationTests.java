package io.jobqueue.test.worker;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.RedisFixture;

/**
 * Workers on Redis.
 */
class RedisJobWorkerIntegrationTests extends AbstractJobWorkerContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.standalone();
	}

}
