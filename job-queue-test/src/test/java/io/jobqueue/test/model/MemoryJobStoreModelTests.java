package io.jobqueue.test.model;

import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.MemoryFixture;

/**
 * {@link MemoryJobStore} and its model.
 */
class MemoryJobStoreModelTests extends AbstractJobStoreModelTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new MemoryFixture();
	}

	@Override
	protected boolean isPrompt() {
		return true;
	}

	@Override
	protected int tries() {
		return 150;
	}

}
