package io.jobqueue.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names observed attempts and their key values. A bean of this type overrides what it
 * wants to have different, and replaces {@link DefaultJobProcessObservationConvention}.
 *
 * @since 0.1.0
 */
public interface JobProcessObservationConvention extends ObservationConvention<JobProcessObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof JobProcessObservationContext;
	}

	@Override
	default String getName() {
		return "jobqueue.job.process";
	}

	@Override
	default String getContextualName(JobProcessObservationContext context) {
		return "process " + context.getJob().name();
	}

	@Override
	default KeyValues getLowCardinalityKeyValues(JobProcessObservationContext context) {
		return JobKeyValues.lowCardinality(context);
	}

	@Override
	default KeyValues getHighCardinalityKeyValues(JobProcessObservationContext context) {
		return JobKeyValues.highCardinality(context);
	}

}
