package io.jobqueue.benchmarks.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A handler whose jobs carry the time at which they were enqueued.
 */
public final class LatencyProbe implements LongConsumer {

	private static final int DIGITS = 3;

	private final Histogram latencies = new ConcurrentHistogram(DIGITS);

	private final AtomicLong count = new AtomicLong();

	private final AtomicLong first = new AtomicLong(Long.MAX_VALUE);

	private final AtomicLong last = new AtomicLong();

	/**
	 * Return the time, such that it can be compared with that of other processes.
	 * @return microseconds since 1970
	 */
	public static long now() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	@Override
	public void accept(long enqueuedAt) {
		long now = now();
		if (enqueuedAt > 0) {
			this.latencies.recordValue(Math.max(0, now - enqueuedAt));
		}
		if (now < this.first.get()) {
			this.first.accumulateAndGet(now, Math::min);
		}
		this.last.accumulateAndGet(now, Math::max);
		this.count.incrementAndGet();
	}

	/**
	 * Return how many jobs have run.
	 * @return the number
	 */
	public long count() {
		return this.count.get();
	}

	/**
	 * Return when the first job started.
	 * @return microseconds since 1970
	 */
	public long first() {
		return this.first.get();
	}

	/**
	 * Return when the last job started.
	 * @return microseconds since 1970
	 */
	public long last() {
		return this.last.get();
	}

	/**
	 * Return how long jobs that carried a time took from their enqueue to their start.
	 * @return microseconds
	 */
	public Histogram latencies() {
		return this.latencies;
	}

}
