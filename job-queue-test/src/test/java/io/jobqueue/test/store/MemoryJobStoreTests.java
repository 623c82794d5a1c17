package io.jobqueue.test.store;

import io.jobqueue.store.memory.MemoryJobStore;

/**
 * The contract of a store, for {@link MemoryJobStore}.
 */
class MemoryJobStoreTests extends AbstractJobStoreContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new MemoryFixture();
	}

}
