package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.Assert;

import io.jobqueue.event.JobEvent;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.WakeUps;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolStatus;
import io.jobqueue.worker.WorkerStatus;

/**
 * Measures what this application enqueues and what its node works, see
 * {@link JobQueueMeter}. Thread-safe.
 * <p>
 * The tags are bounded: queues and handlers that this application knows have their own
 * series, as have the first {@value TagValues#MAX_UNKNOWN} others; all further names are
 * {@value TagValues#OTHER}.
 *
 * @since 0.1.0
 */
public final class JobQueueMetrics implements JobMetrics, MeterBinder, SmartInitializingSingleton {

	private final JobHandlerRegistry handlers;

	private final Supplier<@Nullable JobWorker> worker;

	private final Supplier<@Nullable EphemeralWorker> ephemeral;

	private final Supplier<@Nullable WakeUps> wakeUps;

	private final TagValues queueTags;

	private final TagValues handlerTags;

	private final PerHandler<JobMeters> jobs;

	private final PerHandler<RecurringMeters> recurring;

	private final Map<String, PoolMeters> pools = new ConcurrentHashMap<>();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final LongAdder lateHeartbeats = new LongAdder();

	private final LongAdder lapses = new LongAdder();

	private final LongAdder deadNodes = new LongAdder();

	private final LongAdder rescued = new LongAdder();

	private final LongAdder abandoned = new LongAdder();

	/**
	 * Create metrics. What is supplied is asked for after the beans have been created.
	 * @param handlers the handlers of this application
	 * @param worker supplies the worker of this node, or {@code null} if it only enqueues
	 * @param ephemeral supplies what runs ephemeral jobs, or {@code null} if nothing does
	 * @param wakeUps supplies what wakes nodes up, or {@code null} if the store cannot
	 */
	public JobQueueMetrics(JobHandlerRegistry handlers, Supplier<@Nullable JobWorker> worker,
			Supplier<@Nullable EphemeralWorker> ephemeral, Supplier<@Nullable WakeUps> wakeUps) {
		Assert.notNull(handlers, "'handlers' must not be null");
		Assert.notNull(worker, "'worker' must not be null");
		Assert.notNull(ephemeral, "'ephemeral' must not be null");
		Assert.notNull(wakeUps, "'wakeUps' must not be null");
		this.handlers = handlers;
		this.worker = worker;
		this.ephemeral = ephemeral;
		this.wakeUps = wakeUps;
		this.jobs = new PerHandler<>((queue, handler) -> new JobMeters(queue, handler, this.registries));
		this.recurring = new PerHandler<>((queue, handler) -> new RecurringMeters(queue, handler, this.registries));
		this.queueTags = new TagValues(this::isKnownQueue);
		this.handlerTags = new TagValues((name) -> handlers.find(name) != null);
	}

	private boolean isKnownQueue(String queue) {
		return this.handlers.all().stream().anyMatch((handler) -> handler.queue().equals(queue))
				|| poolStatus().stream().anyMatch((pool) -> pool.queues().contains(queue));
	}

	private List<PoolStatus> poolStatus() {
		JobWorker current = this.worker.get();
		return (current != null) ? current.pools() : List.of();
	}

	@Override
	public synchronized void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		WakeUps traffic = this.wakeUps.get();
		if (traffic != null) {
			Meters.counter(JobQueueMeter.SENT, Tags.empty(), traffic, (it) -> it.traffic().sent(), registry);
			Meters.counter(JobQueueMeter.RECEIVED, Tags.empty(), traffic, (it) -> it.traffic().received(), registry);
		}
		JobWorker measured = this.worker.get();
		if (measured != null) {
			bindNode(measured, registry);
		}
		EphemeralWorker ephemeralJobs = this.ephemeral.get();
		if (ephemeralJobs != null) {
			bindEphemeral(ephemeralJobs, registry);
		}
		this.pools.values().forEach((meters) -> meters.bindTo(registry));
		this.jobs.forEach((meters) -> meters.bindTo(registry));
		this.recurring.forEach((meters) -> meters.bindTo(registry));
	}

	private static void bindEphemeral(EphemeralWorker measured, MeterRegistry registry) {
		Meters.gauge(JobQueueMeter.EPHEMERAL_RUNNING, Tags.empty(), measured, (it) -> it.status().running(), registry);
		Meters.gauge(JobQueueMeter.EPHEMERAL_WAITING, Tags.empty(), measured, (it) -> it.status().waiting(), registry);
		Meters.counter(JobQueueMeter.EPHEMERAL_DROPPED, Tags.empty(), measured, (it) -> it.status().dropped(),
				registry);
		Meters.counter(JobQueueMeter.EPHEMERAL_LOST, Tags.empty(), measured, (it) -> it.status().lost(), registry);
	}

	private void bindNode(JobWorker measured, MeterRegistry registry) {
		Meters.gauge(JobQueueMeter.REGISTERED, Tags.empty(), measured, JobQueueMetrics::isRegistered, registry);
		Meters.gauge(JobQueueMeter.RUNAWAY, Tags.empty(), measured, JobQueueMetrics::runaway, registry);
		Meters.counter(JobQueueMeter.LAPSES, Tags.empty(), this.lapses, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.LATE_HEARTBEATS, Tags.empty(), this.lateHeartbeats, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.DEAD_NODES, Tags.empty(), this.deadNodes, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.RESCUED, Tags.empty(), this.rescued, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.ABANDONED, Tags.empty(), this.abandoned, LongAdder::sum, registry);
	}

	private static double isRegistered(JobWorker worker) {
		WorkerStatus status = worker.status();
		return (status != null && status.node() != null) ? 1 : 0;
	}

	private static double runaway(JobWorker worker) {
		WorkerStatus status = worker.status();
		return (status != null) ? status.runaway() : 0;
	}

	/**
	 * Begin the series of the handlers of this application, so that they are there before
	 * their first job.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Set<String> recurringHandlers = this.handlers.recurrences().keySet();
		for (JobHandler handler : this.handlers.all()) {
			jobs(handler.queue(), handler.name());
			if (recurringHandlers.contains(handler.name())) {
				recurring(handler.queue(), handler.name());
			}
		}
	}

	@Override
	public void enqueued(String queue, String handler, int count) {
		jobs(queue, handler).enqueued(count);
	}

	@Override
	public void started(String queue, String handler, Duration waited) {
		jobs(queue, handler).started(waited);
	}

	@Override
	public void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
		jobs(queue, handler).finished(outcome, elapsed);
	}

	private JobMeters jobs(String queue, String handler) {
		return find(this.jobs, queue, handler);
	}

	private RecurringMeters recurring(String queue, String handler) {
		return find(this.recurring, queue, handler);
	}

	private <M> M find(PerHandler<M> meters, String queue, String handler) {
		M known = meters.find(queue, handler);
		return (known != null) ? known : add(meters, this.queueTags.bound(queue), this.handlerTags.bound(handler));
	}

	private synchronized <M> M add(PerHandler<M> meters, String queue, String handler) {
		return meters.add(queue, handler);
	}

	@Override
	public void workerStarted(List<String> names) {
		names.forEach(this::pool);
	}

	@Override
	public void exchanged(String pool, Duration elapsed, int settled, int claimed) {
		pool(pool).exchanged(elapsed, settled, claimed);
	}

	@Override
	public void exchangeFailed(String pool, Duration elapsed) {
		pool(pool).exchangeFailed(elapsed);
	}

	private PoolMeters pool(String name) {
		PoolMeters known = this.pools.get(name);
		return (known != null) ? known : createPool(name);
	}

	private synchronized PoolMeters createPool(String name) {
		return this.pools.computeIfAbsent(name, (pool) -> {
			PoolMeters meters = new PoolMeters(pool, this::poolStatus);
			this.registries.forEach(meters::bindTo);
			return meters;
		});
	}

	@Override
	public void heartbeatLate() {
		this.lateHeartbeats.increment();
	}

	@Override
	public void lapsed() {
		this.lapses.increment();
	}

	@Override
	public void rescued(int nodes, int available, int failed) {
		this.deadNodes.add(nodes);
		this.rescued.add(available);
		this.abandoned.add(failed);
	}

	@Override
	public void fired(String queue, String handler, int count) {
		recurring(queue, handler).fired(count);
	}

	@Override
	public void misfired(String queue, String handler) {
		recurring(queue, handler).misfired();
	}

	@Override
	public void overlapped(String queue, String handler) {
		recurring(queue, handler).overlapped();
	}

}
