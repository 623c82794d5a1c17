package io.jobqueue.worker;

import java.util.List;

import org.springframework.util.Assert;

/**
 * Settings of one pool of threads and the queues that it works.
 *
 * @param name the name of the pool, for threads and logs
 * @param queues the queues, at least one, each once
 * @param isWeighted whether queues are chosen by weight; otherwise in strict order: all
 * of the first, then the second
 * @param concurrency how many jobs run at once
 * @param maxPrefetch how many jobs are taken in advance at most; 0 for none
 * @since 0.1.0
 */
public record PoolOptions(String name, List<QueueShare> queues, boolean isWeighted, int concurrency, int maxPrefetch) {

	/**
	 * How many jobs are taken in advance at most, unless something else is configured.
	 */
	public static final int DEFAULT_MAX_PREFETCH = 1000;

	/**
	 * Create settings.
	 */
	public PoolOptions {
		queues = List.copyOf(queues);
		Assert.notEmpty(queues, () -> "Pool '" + name + "' needs at least one queue");
		Assert.isTrue(queues.stream().map(QueueShare::queue).distinct().count() == queues.size(),
				() -> "Pool '" + name + "' names a queue twice");
		Assert.isTrue(concurrency >= 1,
				() -> "The concurrency of pool '" + name + "' must be at least 1, not " + concurrency);
		Assert.isTrue(maxPrefetch >= 0,
				() -> "The prefetch of pool '" + name + "' must not be negative, but is " + maxPrefetch);
	}

	/**
	 * Return the settings of a pool with queues in strict order.
	 * @param concurrency how many jobs run at once
	 * @param queues the names of the queues
	 * @return the settings
	 */
	public static PoolOptions of(int concurrency, String... queues) {
		return new PoolOptions("default", List.of(queues).stream().map(QueueShare::of).toList(), false, concurrency,
				DEFAULT_MAX_PREFETCH);
	}

}
