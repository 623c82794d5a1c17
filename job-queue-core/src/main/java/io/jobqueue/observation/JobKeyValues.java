package io.jobqueue.observation;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.event.JobEvent;
import io.jobqueue.observation.JobObservation.EnqueueKeys;
import io.jobqueue.observation.JobObservation.Keys;
import io.jobqueue.observation.JobObservation.ProcessKeys;

/**
 * The key values of observations, unless an application has a convention of its own.
 */
final class JobKeyValues {

	private static final KeyValue PENDING = Keys.OUTCOME.withNoneValue();

	private static final KeyValue ENQUEUED = Keys.OUTCOME.withValue("success");

	private static final KeyValue REFUSED = Keys.OUTCOME.withValue("failure");

	private static final Map<JobEvent.Type, KeyValue> OUTCOMES = outcomes();

	private JobKeyValues() {
	}

	private static Map<JobEvent.Type, KeyValue> outcomes() {
		Map<JobEvent.Type, KeyValue> outcomes = new EnumMap<>(JobEvent.Type.class);
		Arrays.stream(JobEvent.Type.values())
			.forEach((type) -> outcomes.put(type, Keys.OUTCOME.withValue(type.outcome())));
		return Collections.unmodifiableMap(outcomes);
	}

	static KeyValues lowCardinality(JobEnqueueObservationContext context) {
		return KeyValues.of(value(Keys.HANDLER, context.getHandler()), value(Keys.QUEUE, context.getQueue()),
				outcome(context));
	}

	static KeyValues highCardinality(JobEnqueueObservationContext context) {
		if (context.getJobs().size() > 1) {
			return KeyValues.of(EnqueueKeys.COUNT.withValue(Integer.toString(context.getJobs().size())));
		}
		return context.getIds().isEmpty() ? KeyValues.empty()
				: KeyValues.of(EnqueueKeys.ID.withValue(context.getIds().get(0).toString()));
	}

	static KeyValues lowCardinality(JobProcessObservationContext context) {
		JobContext job = context.getJob();
		JobEvent.Type outcome = context.getOutcome();
		return KeyValues.of(Keys.HANDLER.withValue(job.name()), Keys.QUEUE.withValue(job.queue()),
				(outcome != null) ? OUTCOMES.getOrDefault(outcome, PENDING) : PENDING);
	}

	static KeyValues highCardinality(JobProcessObservationContext context) {
		JobContext job = context.getJob();
		return KeyValues.of(ProcessKeys.ID.withValue(job.id().toString()),
				ProcessKeys.ATTEMPT.withValue(Integer.toString(job.attempt())));
	}

	private static KeyValue value(KeyName key, @Nullable String value) {
		return (value != null) ? key.withValue(value) : key.withNoneValue();
	}

	private static KeyValue outcome(JobEnqueueObservationContext context) {
		if (context.getError() != null) {
			return REFUSED;
		}
		return context.getIds().isEmpty() ? PENDING : ENQUEUED;
	}

}
