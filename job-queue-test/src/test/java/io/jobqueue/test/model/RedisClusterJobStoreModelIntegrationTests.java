package io.jobqueue.test.model;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.RedisFixture;

/**
 * {@link io.jobqueue.store.redis.RedisJobStore} on a Redis cluster and its model.
 */
class RedisClusterJobStoreModelIntegrationTests extends AbstractJobStoreModelTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.cluster();
	}

}
