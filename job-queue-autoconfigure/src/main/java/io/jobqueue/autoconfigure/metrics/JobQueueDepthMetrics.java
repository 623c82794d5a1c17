package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

import io.jobqueue.JobAdmin;
import io.jobqueue.QueueStatus;
import io.jobqueue.autoconfigure.metrics.JobQueueMeter.Tag;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.workflow.WorkflowState;

/**
 * Measures the queues in the store: how many jobs they have, and how old the oldest is;
 * and how many workflows are running, up to {@value #MAX_WORKFLOWS}. Asks the store
 * regularly, on a thread of its own; whoever reads the gauges in between gets what was
 * found the last time. While the store does not answer there are none.
 *
 * @since 0.1.0
 */
public final class JobQueueDepthMetrics implements MeterBinder, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(JobQueueDepthMetrics.class);

	/** Where counting workflows ends, because it takes PostgreSQL some milliseconds. */
	static final int MAX_WORKFLOWS = 10_000;

	private final Supplier<JobAdmin> admin;

	private final Supplier<? extends @Nullable WorkflowRecords> workflows;

	private final Duration interval;

	private final TagValues queueTags = new TagValues((queue) -> false);

	// Both guarded by this.
	private final Map<String, Depth> depths = new TreeMap<>();

	private @Nullable ScheduledExecutorService scheduler;

	// What was found last; null if the store did not answer, or keeps no workflows.
	private volatile @Nullable Integer runningWorkflows;

	private final List<Gauges> gauges = new CopyOnWriteArrayList<>();

	/**
	 * Create metrics.
	 * @param admin supplies whom to ask about queues; asked for when this starts
	 * @param workflows supplies whom to ask about workflows, or {@code null}
	 * @param interval how often to ask; zero to never ask
	 */
	public JobQueueDepthMetrics(Supplier<JobAdmin> admin, Supplier<? extends @Nullable WorkflowRecords> workflows,
			Duration interval) {
		Assert.notNull(admin, "'admin' must not be null");
		Assert.notNull(workflows, "'workflows' must not be null");
		Assert.isTrue(!interval.isNegative(), "'interval' must not be negative");
		this.admin = admin;
		this.workflows = workflows;
		this.interval = interval;
	}

	@Override
	public synchronized void bindTo(MeterRegistry registry) {
		Gauges bound = new Gauges(gauge(JobQueueMeter.QUEUE_DEPTH, registry),
				gauge(JobQueueMeter.QUEUE_OLDEST_AGE, registry), gauge(JobQueueMeter.QUEUE_PAUSED, registry),
				gauge(JobQueueMeter.RUNNING_WORKFLOWS, registry));
		show(bound);
		this.gauges.add(bound);
	}

	private static MultiGauge gauge(JobQueueMeter meter, MeterRegistry registry) {
		return MultiGauge.builder(meter.getName())
			.description(meter.getDescription())
			.baseUnit(meter.getBaseUnit())
			.register(registry);
	}

	@Override
	public synchronized void start() {
		if (this.scheduler == null && !this.interval.isZero()) {
			ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "job-queue-metrics");
				thread.setDaemon(true);
				return thread;
			});
			started.scheduleWithFixedDelay(this::sample, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
			this.scheduler = started;
		}
	}

	// A task that throws would not be run again.
	private void sample() {
		try {
			WorkflowRecords records = this.workflows.get();
			show(this.admin.get().queues(),
					(records != null) ? records.count(WorkflowState.RUNNING.name(), MAX_WORKFLOWS) : null);
		}
		catch (Throwable ex) {
			logger.debug("The queues could not be measured; it is tried again in " + this.interval, ex);
			show(List.of(), null);
		}
	}

	private synchronized void show(List<QueueStatus> queues, @Nullable Integer running) {
		Map<String, Depth> found = new TreeMap<>();
		for (QueueStatus queue : queues) {
			String name = this.queueTags.bound(queue.name());
			found.computeIfAbsent(name, (key) -> this.depths.getOrDefault(key, new Depth())).sums.add(queue);
		}
		found.values().forEach(Depth::publish);
		this.depths.clear();
		this.depths.putAll(found);
		this.runningWorkflows = running;
		this.gauges.forEach(this::show);
	}

	private void show(Gauges bound) {
		bound.show(this.depths);
		bound.workflows()
			.register((this.runningWorkflows != null)
					? List.of(Row.of(Tags.empty(), this, JobQueueDepthMetrics::runningWorkflows)) : List.of());
	}

	private double runningWorkflows() {
		Integer running = this.runningWorkflows;
		return (running != null) ? running : 0;
	}

	@Override
	public synchronized void stop() {
		if (this.scheduler != null) {
			this.scheduler.shutdownNow();
			this.scheduler = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.scheduler != null;
	}

	@Override
	public int getPhase() {
		return JobWorker.PHASE;
	}

	/**
	 * What was found of one queue, or of all that are too many.
	 */
	private static final class Depth {

		private Sums sums = new Sums();

		private volatile Sums published = new Sums();

		void publish() {
			this.published = this.sums;
			this.sums = new Sums();
		}

		Sums get() {
			return this.published;
		}

	}

	/**
	 * Sums over queues.
	 */
	private static final class Sums {

		private long available;

		private long scheduled;

		private long running;

		private double oldestAge;

		private boolean isPaused;

		void add(QueueStatus queue) {
			this.available += queue.available();
			this.scheduled += queue.scheduled();
			this.running += queue.running();
			Duration age = queue.oldestAge();
			this.oldestAge = Math.max(this.oldestAge, (age != null) ? age.toMillis() / 1000.0 : 0);
			this.isPaused |= queue.isPaused();
		}

	}

	/**
	 * The gauges in one registry.
	 */
	private record Gauges(MultiGauge depth, MultiGauge oldestAge, MultiGauge paused, MultiGauge workflows) {

		void show(Map<String, Depth> depths) {
			List<Row<?>> depthRows = new ArrayList<>();
			List<Row<?>> ageRows = new ArrayList<>();
			List<Row<?>> pausedRows = new ArrayList<>();
			depths.forEach((queue, depth) -> {
				Tags tags = Tags.of(Tag.QUEUE.asString(), queue);
				depthRows.add(row(state(tags, "available"), depth, (sums) -> sums.available));
				depthRows.add(row(state(tags, "scheduled"), depth, (sums) -> sums.scheduled));
				depthRows.add(row(state(tags, "running"), depth, (sums) -> sums.running));
				ageRows.add(row(tags, depth, (sums) -> sums.oldestAge));
				pausedRows.add(row(tags, depth, (sums) -> sums.isPaused ? 1 : 0));
			});
			// Rows that are there already go on reading the same depth.
			this.depth.register(depthRows);
			this.oldestAge.register(ageRows);
			this.paused.register(pausedRows);
		}

		private static Tags state(Tags tags, String state) {
			return tags.and(Tag.STATE.asString(), state);
		}

		private static Row<?> row(Tags tags, Depth depth, ToDoubleFunction<Sums> value) {
			return Row.of(tags, depth, (it) -> value.applyAsDouble(it.get()));
		}

	}

}
