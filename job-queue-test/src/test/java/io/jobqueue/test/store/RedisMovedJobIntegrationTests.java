package io.jobqueue.test.store;

/**
 * Moved jobs on Redis.
 */
class RedisMovedJobIntegrationTests extends MovedJobContract {

	@Override
	JobStoreFixture createFixture() {
		return RedisFixture.standalone();
	}

}
