package io.jobqueue.test.store;

/**
 * Moved jobs in memory.
 */
class MemoryMovedJobTests extends MovedJobContract {

	@Override
	JobStoreFixture createFixture() {
		return new MemoryFixture();
	}

}
