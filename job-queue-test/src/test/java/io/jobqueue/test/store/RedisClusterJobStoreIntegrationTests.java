package io.jobqueue.test.store;

/**
 * The contract on a Redis cluster.
 */
class RedisClusterJobStoreIntegrationTests extends AbstractJobStoreContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return RedisFixture.cluster();
	}

}
