package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import io.jobqueue.autoconfigure.metrics.JobQueueMeter.Tag;
import io.jobqueue.worker.PoolStatus;

/**
 * The meters of one pool of this node. Recording is thread-safe.
 */
final class PoolMeters {

	private final String pool;

	private final Supplier<List<PoolStatus>> pools;

	private final List<Bound> bound = new CopyOnWriteArrayList<>();

	/**
	 * Create meters.
	 * @param pool the name of the pool
	 * @param pools supplies how the pools are doing; nothing if the worker is stopped
	 */
	PoolMeters(String pool, Supplier<List<PoolStatus>> pools) {
		this.pool = pool;
		this.pools = pools;
	}

	void bindTo(MeterRegistry registry) {
		Tags tags = Tags.of(Tag.POOL.asString(), this.pool);
		gauge(JobQueueMeter.BUSY, tags, PoolStatus::running, registry);
		gauge(JobQueueMeter.IDLE, tags, (status) -> status.concurrency() - status.running(), registry);
		gauge(JobQueueMeter.LIMIT, tags, PoolStatus::concurrency, registry);
		gauge(JobQueueMeter.BUFFERED, tags, PoolStatus::waiting, registry);
		gauge(JobQueueMeter.PREFETCH, tags, PoolStatus::prefetch, registry);
		this.bound.add(new Bound(exchange(tags, "success", registry), exchange(tags, "error", registry),
				Meters.summary(JobQueueMeter.EXCHANGE_SETTLED, tags, registry),
				Meters.summary(JobQueueMeter.EXCHANGE_CLAIMED, tags, registry)));
	}

	private void gauge(JobQueueMeter meter, Tags tags, ToIntFunction<PoolStatus> value, MeterRegistry registry) {
		Meters.gauge(meter, tags, this,
				(meters) -> meters.pools.get()
					.stream()
					.filter((status) -> status.name().equals(meters.pool))
					.mapToInt(value)
					.sum(),
				registry);
	}

	private static Timer exchange(Tags tags, String result, MeterRegistry registry) {
		return Meters.timer(JobQueueMeter.EXCHANGE, tags.and(Tag.RESULT.asString(), result)).register(registry);
	}

	void exchanged(Duration elapsed, int settled, int claimed) {
		for (Bound meters : this.bound) {
			meters.success().record(elapsed);
			if (settled > 0) {
				meters.settled().record(settled);
			}
			if (claimed > 0) {
				meters.claimed().record(claimed);
			}
		}
	}

	void exchangeFailed(Duration elapsed) {
		this.bound.forEach((meters) -> meters.error().record(elapsed));
	}

	/**
	 * The meters in one registry.
	 */
	private record Bound(Timer success, Timer error, DistributionSummary settled, DistributionSummary claimed) {
	}

}
