package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;

/**
 * Where jobs wait that count together under a limit, and those that it has let through
 * and that have not ended. Guarded by the lock of its store.
 */
final class MemoryGate {

	private final NavigableSet<MemoryJob> waiting = new TreeSet<>(MemoryQueue.ORDER_OF_CLAIM);

	private final Set<MemoryJob> holders = new HashSet<>();

	private final MemoryBucket bucket = new MemoryBucket();

	void wait(MemoryJob job) {
		this.waiting.add(job);
	}

	/**
	 * Forget a job, wherever it is.
	 */
	void remove(MemoryJob job) {
		this.waiting.remove(job);
		this.holders.remove(job);
	}

	boolean isHeldBy(MemoryJob job) {
		return this.holders.contains(job);
	}

	Set<MemoryJob> holders() {
		return Set.copyOf(this.holders);
	}

	/**
	 * Return the job that would be let through next.
	 */
	@Nullable MemoryJob first() {
		return this.waiting.isEmpty() ? null : this.waiting.first();
	}

	/**
	 * Let the first job through, if there is room for it.
	 * @param limit the limit of the first job
	 * @param now the time
	 * @return whether it was let through
	 */
	boolean admitFirst(JobLimit limit, Instant now) {
		MemoryJob first = first();
		if (first == null || !hasRoom(limit)) {
			return false;
		}
		RateLimit rate = limit.rate();
		if (rate != null) {
			if (this.bucket.fill(rate, notStarted(), now) < 1) {
				return false;
			}
			this.bucket.take(1);
		}
		this.waiting.remove(first);
		this.holders.add(first);
		return true;
	}

	/**
	 * Return how long a rate keeps back a job for which there would be room.
	 * @param limit the limit of the first job
	 * @return how long, or {@code null} if no rate is the reason
	 */
	@Nullable Duration wait(JobLimit limit) {
		RateLimit rate = limit.rate();
		return (rate != null && first() != null && hasRoom(limit)) ? this.bucket.wait(rate) : null;
	}

	private boolean hasRoom(JobLimit limit) {
		Integer max = limit.maxConcurrent();
		return max == null || this.holders.size() < max;
	}

	private int notStarted() {
		return (int) this.holders.stream().filter((job) -> job.lease() == null).count();
	}

	boolean isUnused(Instant now) {
		return this.waiting.isEmpty() && this.holders.isEmpty() && this.bucket.isFull(now);
	}

}
