package io.jobqueue.test.model;

import java.time.Duration;
import java.time.Instant;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.test.MutableClock;
import io.jobqueue.test.store.JobStoreFixture;

/**
 * {@link MemoryJobStore} and its model.
 */
class MemoryJobStoreModelTests extends AbstractJobStoreModelTests {

	@Override
	protected JobStoreFixture createFixture() {
		return new Fixture();
	}

	@Override
	protected boolean isPrompt() {
		return true;
	}

	@Override
	protected int tries() {
		return 150;
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
