package io.jobqueue.test.worker;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.MemoryFixture;

/**
 * Workers on {@link io.jobqueue.store.memory.MemoryJobStore}.
 */
class MemoryJobWorkerIntegrationTests extends AbstractJobWorkerContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new MemoryFixture();
	}

}
