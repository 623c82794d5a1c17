package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import io.jobqueue.autoconfigure.metrics.JobQueueMeter.Tag;
import io.jobqueue.event.JobEvent;

/**
 * The meters of one handler's jobs of one queue. What is counted is kept here and read by
 * the registries, so that a registry which comes late misses no count. Recording is
 * thread-safe; registries are added by one thread at a time.
 */
final class JobMeters {

	private static final JobEvent.Type[] TYPES = JobEvent.Type.values();

	private static final Duration[] WAITS = { Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
			Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
			Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30),
			Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofHours(1) };

	private final Tags tags;

	private final List<MeterRegistry> registries;

	private final LongAdder enqueued = new LongAdder();

	private final LongAdder started = new LongAdder();

	private final LongAdder[] finished = new LongAdder[TYPES.length];

	private final AtomicReferenceArray<List<Timer>> executions = new AtomicReferenceArray<>(TYPES.length);

	private volatile List<Timer> waits = List.of();

	/**
	 * Create meters.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @param registries where they are registered, may grow
	 */
	JobMeters(String queue, String handler, List<MeterRegistry> registries) {
		this.tags = Tags.of(Tag.QUEUE.asString(), queue, Tag.HANDLER.asString(), handler);
		this.registries = registries;
		for (JobEvent.Type type : TYPES) {
			this.finished[type.ordinal()] = new LongAdder();
		}
		registries.forEach(this::bindCounters);
		bindTimers();
	}

	void bindTo(MeterRegistry registry) {
		bindCounters(registry);
		bindTimers();
	}

	// All outcomes at once: an alert on the rate of failures does not see the first one
	// of a series that has just begun.
	private void bindCounters(MeterRegistry registry) {
		Meters.counter(JobQueueMeter.ENQUEUED, this.tags, this.enqueued, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.STARTED, this.tags, this.started, LongAdder::sum, registry);
		for (JobEvent.Type type : TYPES) {
			Meters.counter(JobQueueMeter.FINISHED, withOutcome(type), this.finished[type.ordinal()], LongAdder::sum,
					registry);
		}
	}

	private synchronized void bindTimers() {
		this.waits = this.registries.stream()
			.map((registry) -> Meters.timer(JobQueueMeter.WAIT, this.tags)
				.serviceLevelObjectives(WAITS)
				.register(registry))
			.toList();
		for (JobEvent.Type type : TYPES) {
			this.executions.set(type.ordinal(), null);
		}
	}

	private Tags withOutcome(JobEvent.Type type) {
		return this.tags.and(Tag.OUTCOME.asString(), type.outcome());
	}

	void enqueued(int jobs) {
		this.enqueued.add(jobs);
	}

	void started(Duration waited) {
		this.started.increment();
		for (Timer timer : this.waits) {
			timer.record(waited);
		}
	}

	void finished(JobEvent.Type type, Duration elapsed) {
		this.finished[type.ordinal()].increment();
		// What was given back has hardly run.
		if (type != JobEvent.Type.RELEASED) {
			for (Timer timer : executions(type)) {
				timer.record(elapsed);
			}
		}
	}

	private List<Timer> executions(JobEvent.Type type) {
		List<Timer> timers = this.executions.get(type.ordinal());
		return (timers != null) ? timers : createExecutions(type);
	}

	private synchronized List<Timer> createExecutions(JobEvent.Type type) {
		List<Timer> timers = this.registries.stream()
			.map((registry) -> Meters.timer(JobQueueMeter.EXECUTION, withOutcome(type)).register(registry))
			.toList();
		this.executions.set(type.ordinal(), timers);
		return timers;
	}

}
