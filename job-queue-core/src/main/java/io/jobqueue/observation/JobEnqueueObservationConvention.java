package io.jobqueue.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names observed enqueues and their key values. A bean of this type overrides what it
 * wants to have different, and replaces {@link DefaultJobEnqueueObservationConvention}.
 *
 * @since 0.1.0
 */
public interface JobEnqueueObservationConvention extends ObservationConvention<JobEnqueueObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof JobEnqueueObservationContext;
	}

	@Override
	default String getName() {
		return "jobqueue.job.enqueue";
	}

	@Override
	default String getContextualName(JobEnqueueObservationContext context) {
		return (context.getHandler() != null) ? "enqueue " + context.getHandler() : "enqueue";
	}

	@Override
	default KeyValues getLowCardinalityKeyValues(JobEnqueueObservationContext context) {
		return JobKeyValues.lowCardinality(context);
	}

	@Override
	default KeyValues getHighCardinalityKeyValues(JobEnqueueObservationContext context) {
		return JobKeyValues.highCardinality(context);
	}

}
