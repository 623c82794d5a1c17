package io.jobqueue.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.util.Assert;

import io.jobqueue.JobLimit;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.RetryPolicy;

/**
 * Settings of the worker of one node.
 *
 * @param nodeName what people call this node
 * @param pools the pools; no queue belongs to two of them
 * @param retryPolicy the delays between attempts, for handlers and jobs that have none of
 * their own
 * @param pollInterval how often the store is asked for jobs when nothing tells that there
 * are any
 * @param heartbeatInterval how often this node tells that it is alive
 * @param deadAfter after how long a silence a node counts as dead, and its jobs run
 * elsewhere; the same on all nodes
 * @param shutdownTimeout how long running jobs may go on when the worker stops, before
 * they are interrupted
 * @param limits the limits of queues on all nodes, which are set when the worker starts,
 * unless somebody has set others with {@link io.jobqueue.JobAdmin#limit}
 * @since 0.1.0
 */
public record WorkerOptions(String nodeName, List<PoolOptions> pools, RetryPolicy retryPolicy, Duration pollInterval,
		Duration heartbeatInterval, Duration deadAfter, Duration shutdownTimeout, Map<String, JobLimit> limits) {

	/**
	 * Create settings.
	 */
	public WorkerOptions {
		pools = List.copyOf(pools);
		Assert.notEmpty(pools, "A worker needs at least one pool");
		Set<String> seen = new HashSet<>();
		for (PoolOptions pool : pools) {
			for (QueueShare share : pool.queues()) {
				Assert.isTrue(seen.add(share.queue()), () -> "Queue '" + share.queue()
						+ "' belongs to two pools; a queue is worked by one pool of a node");
			}
		}
		Assert.isTrue(pollInterval.toMillis() >= 1, "'pollInterval' must be at least one millisecond");
		Assert.isTrue(heartbeatInterval.toMillis() >= 1, "'heartbeatInterval' must be at least one millisecond");
		Assert.isTrue(deadAfter.compareTo(heartbeatInterval.multipliedBy(2)) >= 0,
				() -> "'deadAfter' (" + deadAfter + ") must be at least twice 'heartbeatInterval' (" + heartbeatInterval
						+ "), or one late heartbeat ends a node");
		Assert.isTrue(!shutdownTimeout.isNegative(), "'shutdownTimeout' must not be negative");
		limits = Map.copyOf(limits);
	}

	/**
	 * Create settings that leave the limits of queues as they are.
	 * @param nodeName what people call this node
	 * @param pools the pools
	 * @param retryPolicy the delays between attempts
	 * @param pollInterval how often the store is asked for jobs
	 * @param heartbeatInterval how often this node tells that it is alive
	 * @param deadAfter after how long a silence a node counts as dead
	 * @param shutdownTimeout how long running jobs may go on when the worker stops
	 */
	public WorkerOptions(String nodeName, List<PoolOptions> pools, RetryPolicy retryPolicy, Duration pollInterval,
			Duration heartbeatInterval, Duration deadAfter, Duration shutdownTimeout) {
		this(nodeName, pools, retryPolicy, pollInterval, heartbeatInterval, deadAfter, shutdownTimeout, Map.of());
	}

	/**
	 * Return the defaults for some pools.
	 * @param pools the pools
	 * @return the settings
	 */
	public static WorkerOptions of(PoolOptions... pools) {
		return new WorkerOptions("node", List.of(pools), Backoff.DEFAULT, Duration.ofSeconds(1), Duration.ofSeconds(5),
				Duration.ofSeconds(15), Duration.ofSeconds(25));
	}

}
