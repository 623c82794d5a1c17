package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.jobqueue.JobLimit;
import io.jobqueue.JobNames;
import io.jobqueue.RateLimit;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;
import io.jobqueue.worker.WorkerOptions;

/**
 * Makes the options of the worker from the properties. What can be checked without
 * knowing the handlers is checked when this is created; the handlers are known when the
 * worker starts.
 */
final class WorkerOptionsFactory {

	static final String DEFAULT_POOL = "default";

	private static final String PREFIX = "job-queue.worker.";

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private final JobQueueProperties.Worker worker;

	private final Map<String, Integer> queueConcurrency = new LinkedHashMap<>();

	private final Map<String, JobLimit> queueLimits = new LinkedHashMap<>();

	private final Map<String, String> propertiesByQueue = new LinkedHashMap<>();

	private final Map<String, QueueList> queuesByPool = new LinkedHashMap<>();

	WorkerOptionsFactory(JobQueueProperties properties) {
		this.worker = properties.getWorker();
		properties.getQueues().forEach(this::addQueue);
		if (!this.worker.getQueues().isEmpty()) {
			addPool(DEFAULT_POOL, PREFIX + "queues", this.worker.getQueues());
		}
		this.worker.getPools().forEach(this::addPool);
		checkSize(PREFIX, this.worker.getConcurrency(), this.worker.getMaxPrefetch());
		checkTimes();
	}

	private void addQueue(String name, JobQueueProperties.Queue queue) {
		PropertyCheck.make("job-queue.queues", name, () -> JobNames.requireValid("queue name", name));
		Integer concurrency = queue.getConcurrency();
		PropertyCheck.check(concurrency == null || concurrency >= 1, "job-queue.queues." + name + ".concurrency",
				concurrency, "Set it to 1 or more; pause the queue if no job of it is to run");
		this.queueConcurrency.put(name, (concurrency != null) ? concurrency : Integer.MAX_VALUE);
		JobLimit limit = limit("job-queue.queues." + name + ".", queue);
		if (!limit.isNone()) {
			this.queueLimits.put(name, limit);
		}
	}

	private static JobLimit limit(String prefix, JobQueueProperties.Queue queue) {
		Integer max = queue.getMaxConcurrent();
		PropertyCheck.check(max == null || max >= 1, prefix + "max-concurrent", max,
				"Set it to 1 or more; pause the queue if no job of it is to run");
		String rate = queue.getRateLimit();
		return new JobLimit(max,
				(rate != null) ? PropertyCheck.make(prefix + "rate-limit", rate, () -> RateLimit.parse(rate)) : null);
	}

	private void addPool(String name, JobQueueProperties.Pool pool) {
		String prefix = PREFIX + "pools." + name + ".";
		PropertyCheck.check(!name.equals(DEFAULT_POOL), PREFIX + "pools", name, "Give the pool another name: '"
				+ DEFAULT_POOL + "' is the one that " + PREFIX + "queues and " + PREFIX + "concurrency set up");
		PropertyCheck.check(!pool.getQueues().isEmpty(), prefix + "queues", pool.getQueues(),
				"Name the queues of the pool");
		checkSize(prefix, pool.getConcurrency(), pool.getMaxPrefetch());
		addPool(name, prefix + "queues", pool.getQueues());
	}

	private void addPool(String name, String property, List<String> entries) {
		QueueList queues = QueueList.parse(property, entries);
		for (String queue : queues.weights().keySet()) {
			String other = this.propertiesByQueue.put(queue, property);
			PropertyCheck.check(other == null, property, entries,
					"Take queue '" + queue + "' out of it or out of " + other + ": a queue belongs to one pool");
		}
		this.queuesByPool.put(name, queues);
	}

	private static void checkSize(String prefix, int concurrency, int maxPrefetch) {
		PropertyCheck.check(concurrency >= 1, prefix + "concurrency", concurrency,
				"Set it to 1 or more, or " + PREFIX + "enabled=false to only enqueue");
		PropertyCheck.check(maxPrefetch >= 0, prefix + "max-prefetch", maxPrefetch, "Set it to 0, for none, or more");
	}

	private void checkTimes() {
		checkAtLeast("poll-interval", this.worker.getPollInterval(), SHORTEST);
		checkAtLeast("heartbeat-interval", this.worker.getHeartbeatInterval(), SHORTEST);
		checkAtLeast("shutdown-timeout", this.worker.getShutdownTimeout(), Duration.ZERO);
		Duration heartbeats = this.worker.getHeartbeatInterval().multipliedBy(2);
		PropertyCheck.check(this.worker.getDeadAfter().compareTo(heartbeats) >= 0, PREFIX + "dead-after",
				this.worker.getDeadAfter(), "Set it to at least twice " + PREFIX + "heartbeat-interval, which is "
						+ this.worker.getHeartbeatInterval() + ": otherwise one late heartbeat ends a node");
	}

	private static void checkAtLeast(String key, Duration value, Duration least) {
		PropertyCheck.check(value.compareTo(least) >= 0, PREFIX + key, value,
				"Set it to at least " + least.toMillis() + "ms");
	}

	/**
	 * Return how many threads are needed at most.
	 */
	int concurrency() {
		long ofPools = this.worker.getPools()
			.values()
			.stream()
			.mapToLong(JobQueueProperties.Pool::getConcurrency)
			.sum();
		return (int) Math.min(this.worker.getConcurrency() + ofPools, Integer.MAX_VALUE);
	}

	WorkerOptions create(String nodeName, RetryPolicy retryPolicy, Collection<String> handlerQueues) {
		List<PoolOptions> pools = new ArrayList<>();
		QueueList own = this.queuesByPool.get(DEFAULT_POOL);
		QueueList queues = (own != null) ? own : queuesWithoutPool(handlerQueues);
		if (!queues.weights().isEmpty()) {
			pools.add(pool(DEFAULT_POOL, queues, this.worker.getConcurrency(), this.worker.getMaxPrefetch()));
		}
		this.worker.getPools()
			.forEach((name, pool) -> pools
				.add(pool(name, queuesOf(name), pool.getConcurrency(), pool.getMaxPrefetch())));
		return new WorkerOptions(nodeName, pools, retryPolicy, this.worker.getPollInterval(),
				this.worker.getHeartbeatInterval(), this.worker.getDeadAfter(), this.worker.getShutdownTimeout(),
				this.queueLimits);
	}

	private QueueList queuesWithoutPool(Collection<String> handlerQueues) {
		TreeSet<String> names = new TreeSet<>(handlerQueues);
		names.addAll(this.queueConcurrency.keySet());
		names.add(JobNames.DEFAULT_QUEUE);
		names.removeAll(this.propertiesByQueue.keySet());
		Map<String, Integer> weights = new LinkedHashMap<>();
		names.forEach((name) -> weights.put(name, 1));
		return new QueueList(weights, true);
	}

	private QueueList queuesOf(String pool) {
		QueueList queues = this.queuesByPool.get(pool);
		if (queues == null) {
			throw new IllegalStateException("Pool '" + pool + "' was added after the properties had been bound");
		}
		return queues;
	}

	private PoolOptions pool(String name, QueueList queues, int concurrency, int maxPrefetch) {
		List<QueueShare> shares = queues.weights()
			.entrySet()
			.stream()
			.map((entry) -> new QueueShare(entry.getKey(), entry.getValue(),
					this.queueConcurrency.getOrDefault(entry.getKey(), Integer.MAX_VALUE)))
			.toList();
		return new PoolOptions(name, shares, queues.isWeighted(), concurrency, maxPrefetch);
	}

}
