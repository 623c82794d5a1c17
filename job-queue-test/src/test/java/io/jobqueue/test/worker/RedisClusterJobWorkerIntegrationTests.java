package io.jobqueue.test.worker;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.RedisFixture;

/**
 * Workers on a Redis cluster.
 */
class RedisClusterJobWorkerIntegrationTests extends AbstractJobWorkerContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.cluster();
	}

}
