package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.test.MutableClock;

/**
 * The contract of a store, for {@link MemoryJobStore}.
 */
class MemoryJobStoreTests extends AbstractJobStoreContractTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new Fixture();
	}

	private static final class Fixture implements JobStoreFixture {

		private final MutableClock clock = new MutableClock();

		@Override
		public JobStore createStore(Retention retention) {
			return new MemoryJobStore(this.clock, retention);
		}

		@Override
		public Instant now() {
			return this.clock.instant();
		}

		@Override
		public void advance(Duration duration) {
			this.clock.advance(duration);
		}

		@Override
		public void close() {
		}

	}

}
