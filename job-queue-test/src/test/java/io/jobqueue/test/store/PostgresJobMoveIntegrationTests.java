package io.jobqueue.test.store;

/**
 * Moves on PostgreSQL.
 */
class PostgresJobMoveIntegrationTests extends MoveContract {

	@Override
	JobStoreFixture createFixture() {
		return new PostgresFixture();
	}

}
