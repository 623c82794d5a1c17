package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.jobqueue.RateLimit;

/**
 * The tokens of a rate limit, full at first. Guarded by the lock of its store.
 */
final class MemoryBucket {

	private static final double NANOS = 1e9;

	private double tokens = Integer.MAX_VALUE;

	private @Nullable Instant filledAt;

	private @Nullable RateLimit last;

	/**
	 * Fill up to now.
	 * @param rate the limit
	 * @param reserved how many tokens have been taken by jobs that have not started yet;
	 * so many fewer are kept, or these jobs could start together with a whole burst
	 * @param now the time
	 * @return how many whole tokens there are
	 */
	int fill(RateLimit rate, int reserved, Instant now) {
		Instant before = (this.filledAt != null) ? this.filledAt : now;
		double grown = this.tokens + rate.perSecond() * Math.max(Duration.between(before, now).toNanos(), 0) / NANOS;
		this.tokens = Math.min(grown, Math.max(rate.burst() - reserved, 0));
		this.filledAt = now;
		this.last = rate;
		return (int) this.tokens;
	}

	/**
	 * Return whether a new one would do as well.
	 */
	boolean isFull(Instant now) {
		return this.last == null || fill(this.last, 0, now) >= this.last.burst();
	}

	void take(int count) {
		this.tokens -= count;
	}

	/**
	 * Return how long it takes until there is a whole token.
	 */
	Duration wait(RateLimit rate) {
		return Duration.ofMillis((long) Math.ceil(Math.max(1 - this.tokens, 0) * 1000 / rate.perSecond()) + 1);
	}

}
