package io.jobqueue.test.store;

/**
 * Moves on a Redis cluster, where queues are on different masters.
 */
class RedisClusterJobMoveIntegrationTests extends MoveContract {

	@Override
	JobStoreFixture createFixture() {
		return RedisFixture.cluster();
	}

}
