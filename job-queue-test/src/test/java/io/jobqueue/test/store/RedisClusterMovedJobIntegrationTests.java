package io.jobqueue.test.store;

/**
 * Moved jobs on a Redis cluster, where queues are on different masters.
 */
class RedisClusterMovedJobIntegrationTests extends MovedJobContract {

	@Override
	JobStoreFixture createFixture() {
		return RedisFixture.cluster();
	}

}
