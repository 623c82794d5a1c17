package io.jobqueue.autoconfigure.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobListener;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.WorkerStatus;

/**
 * Measures the jobs of this node: the timer {@code jobqueue.job.execution} of attempts,
 * by queue, handler and outcome, and the gauges {@code jobqueue.worker.running},
 * {@code jobqueue.worker.waiting} and {@code jobqueue.worker.runaway} of jobs that run,
 * that are claimed and wait for a thread, and that do not stop after their timeout.
 * <p>
 * An attempt is timed when the store has recorded how it ended. Attempts that were given
 * back because this node stops are not timed: they count nowhere. If listeners are so
 * slow that events are dropped, the attempts of those events are missing.
 *
 * @since 0.1.0
 */
public final class JobQueueMetrics implements MeterBinder, JobListener {

	private final Supplier<@Nullable JobWorker> worker;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final Map<Attempts, List<Timer>> timers = new ConcurrentHashMap<>();

	/**
	 * Create metrics.
	 * @param worker supplies the worker of this node, or {@code null} if it only
	 * enqueues; asked after the beans have been created
	 */
	public JobQueueMetrics(Supplier<@Nullable JobWorker> worker) {
		Assert.notNull(worker, "'worker' must not be null");
		this.worker = worker;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.timers.clear();
		gauge("jobqueue.worker.running", "Jobs that run on this node", WorkerStatus::running, registry);
		gauge("jobqueue.worker.waiting", "Jobs that are claimed by this node and wait for a thread",
				WorkerStatus::waiting, registry);
		gauge("jobqueue.worker.runaway", "Jobs that still run on this node although their timeout is long over",
				WorkerStatus::runaway, registry);
	}

	private void gauge(String name, String description, ToIntFunction<WorkerStatus> value, MeterRegistry registry) {
		Gauge.builder(name, () -> {
			JobWorker current = this.worker.get();
			WorkerStatus status = (current != null) ? current.status() : null;
			return (status != null) ? value.applyAsInt(status) : 0;
		}).description(description).baseUnit("jobs").register(registry);
	}

	@Override
	public void onJobEvent(JobEvent event) {
		if (event.type() != JobEvent.Type.RELEASED) {
			this.timers.computeIfAbsent(Attempts.of(event), this::timers)
				.forEach((timer) -> timer.record(event.elapsed()));
		}
	}

	private List<Timer> timers(Attempts attempts) {
		return this.registries.stream().map(attempts::timer).toList();
	}

	/**
	 * Attempts that are timed together.
	 */
	private record Attempts(String queue, String handler, JobEvent.Type outcome) {

		static Attempts of(JobEvent event) {
			return new Attempts(event.queue(), event.handler(), event.type());
		}

		Timer timer(MeterRegistry registry) {
			return Timer.builder("jobqueue.job.execution")
				.description("Attempts to run a job on this node")
				.tag("queue", this.queue)
				.tag("handler", this.handler)
				.tag("outcome", this.outcome.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}

	}

}
