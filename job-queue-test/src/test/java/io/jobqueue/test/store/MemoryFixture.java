package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.test.MutableClock;

/**
 * The store in memory, by a clock that stands still until a test moves it.
 */
public final class MemoryFixture implements JobStoreFixture {

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
