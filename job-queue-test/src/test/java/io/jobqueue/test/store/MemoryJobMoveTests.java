package io.jobqueue.test.store;

/**
 * Moves in memory.
 */
class MemoryJobMoveTests extends MoveContract {

	@Override
	JobStoreFixture createFixture() {
		return new MemoryFixture();
	}

}
