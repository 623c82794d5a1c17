package io.jobqueue.autoconfigure.metrics;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import io.jobqueue.autoconfigure.metrics.JobQueueMeter.Tag;

/**
 * The meters of one handler's recurring jobs of one queue. Recording is thread-safe;
 * registries are added by one thread at a time.
 */
final class RecurringMeters {

	private final Tags tags;

	private final LongAdder jobs = new LongAdder();

	private final LongAdder misfires = new LongAdder();

	private final LongAdder overlaps = new LongAdder();

	/**
	 * Create meters.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @param registries where they are registered
	 */
	RecurringMeters(String queue, String handler, List<MeterRegistry> registries) {
		this.tags = Tags.of(Tag.QUEUE.asString(), queue, Tag.HANDLER.asString(), handler);
		registries.forEach(this::bindTo);
	}

	void bindTo(MeterRegistry registry) {
		Meters.counter(JobQueueMeter.RECURRING_JOBS, this.tags, this.jobs, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.RECURRING_MISFIRES, this.tags, this.misfires, LongAdder::sum, registry);
		Meters.counter(JobQueueMeter.RECURRING_OVERLAPS, this.tags, this.overlaps, LongAdder::sum, registry);
	}

	void fired(int count) {
		this.jobs.add(count);
	}

	void misfired() {
		this.misfires.increment();
	}

	void overlapped() {
		this.overlaps.increment();
	}

}
