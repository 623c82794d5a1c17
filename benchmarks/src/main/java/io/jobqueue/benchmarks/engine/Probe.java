package io.jobqueue.benchmarks.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * A handler that does nothing but count, and knows when the first and the last job began.
 */
public final class Probe implements LongConsumer {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final long expected;

	private final AtomicLong count = new AtomicLong();

	private final CountDownLatch complete = new CountDownLatch(1);

	private volatile long first;

	private volatile long last;

	/**
	 * Create a handler.
	 * @param expected the number of jobs
	 */
	public Probe(long expected) {
		this.expected = expected;
	}

	@Override
	public void accept(long payload) {
		long number = this.count.incrementAndGet();
		if (number == 1) {
			this.first = System.nanoTime();
		}
		if (number == this.expected) {
			this.last = System.nanoTime();
			this.complete.countDown();
		}
	}

	/**
	 * Return how many jobs have run.
	 * @return the number
	 */
	public long count() {
		return this.count.get();
	}

	/**
	 * Wait until all jobs have run.
	 */
	public void await() {
		long before = -1;
		try {
			while (!this.complete.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				long now = count();
				if (now == before) {
					throw new IllegalStateException(
							"Only " + now + " of " + this.expected + " jobs have run, and none in the last minute");
				}
				before = now;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the time from the first to the last job.
	 * @return the time
	 */
	public Duration duration() {
		return Duration.ofNanos(this.last - this.first);
	}

}
