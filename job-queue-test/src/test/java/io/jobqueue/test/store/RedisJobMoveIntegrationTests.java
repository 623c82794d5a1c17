package io.jobqueue.test.store;

/**
 * Moves on Redis.
 */
class RedisJobMoveIntegrationTests extends MoveContract {

	@Override
	JobStoreFixture createFixture() {
		return RedisFixture.standalone();
	}

}
