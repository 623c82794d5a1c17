package io.jobqueue.test.store;

/**
 * The contract on Redis.
 */
class RedisJobStoreIntegrationTests extends AbstractJobStoreContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.standalone();
	}

}
