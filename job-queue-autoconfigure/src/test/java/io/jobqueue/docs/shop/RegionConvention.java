package io.jobqueue.docs.shop;

import io.micrometer.common.KeyValues;

import org.springframework.stereotype.Component;

import io.jobqueue.observation.JobProcessObservationContext;
import io.jobqueue.observation.JobProcessObservationConvention;

@Component
class RegionConvention implements JobProcessObservationConvention {

	@Override
	public KeyValues getLowCardinalityKeyValues(JobProcessObservationContext context) {
		return JobProcessObservationConvention.super.getLowCardinalityKeyValues(context).and("region", "north");
	}

}
