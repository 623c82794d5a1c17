package io.jobqueue.worker;

import org.springframework.util.Assert;

import io.jobqueue.JobNames;

/**
 * A queue that a pool takes jobs from.
 *
 * @param queue the name of the queue
 * @param weight its weight among the others, 1 to 1,000; only counts if the pool is
 * weighted
 * @param concurrency how many of its jobs run at once on this node;
 * {@link Integer#MAX_VALUE} for as many as the pool can
 * @since 0.1.0
 */
public record QueueShare(String queue, int weight, int concurrency) {

	/**
	 * Create a share.
	 */
	public QueueShare {
		JobNames.requireValid("queue name", queue);
		Assert.isTrue(weight >= 1 && weight <= 1000,
				() -> "The weight of queue '" + queue + "' must be from 1 to 1000, not " + weight);
		Assert.isTrue(concurrency >= 1,
				() -> "The concurrency of queue '" + queue + "' must be at least 1, not " + concurrency);
	}

	/**
	 * Return a share with weight 1 and no limit of its own.
	 * @param queue the name of the queue
	 * @return the share
	 */
	public static QueueShare of(String queue) {
		return new QueueShare(queue, 1, Integer.MAX_VALUE);
	}

}
