package io.jobqueue.autoconfigure.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Makes meters as they are documented.
 */
final class Meters {

	private Meters() {
	}

	static <T> void counter(JobQueueMeter meter, Tags tags, T state, ToDoubleFunction<T> value,
			MeterRegistry registry) {
		FunctionCounter.builder(meter.getName(), state, value)
			.description(meter.getDescription())
			.baseUnit(meter.getBaseUnit())
			.tags(tags)
			.register(registry);
	}

	static <T> void gauge(JobQueueMeter meter, Tags tags, T state, ToDoubleFunction<T> value, MeterRegistry registry) {
		Gauge.builder(meter.getName(), state, value)
			.description(meter.getDescription())
			.baseUnit(meter.getBaseUnit())
			.tags(tags)
			.register(registry);
	}

	static Timer.Builder timer(JobQueueMeter meter, Tags tags) {
		return Timer.builder(meter.getName()).description(meter.getDescription()).tags(tags);
	}

	static DistributionSummary summary(JobQueueMeter meter, Tags tags, MeterRegistry registry) {
		return DistributionSummary.builder(meter.getName())
			.description(meter.getDescription())
			.baseUnit(meter.getBaseUnit())
			.tags(tags)
			.register(registry);
	}

}
