package io.jobqueue.test.model;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.RedisFixture;

/**
 * {@link io.jobqueue.store.redis.RedisJobStore} on Redis and its model.
 */
class RedisJobStoreModelIntegrationTests extends AbstractJobStoreModelTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.standalone();
	}

}
