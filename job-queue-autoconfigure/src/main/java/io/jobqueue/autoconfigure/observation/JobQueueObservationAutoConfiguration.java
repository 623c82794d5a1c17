package io.jobqueue.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

import io.jobqueue.JobEnqueuer;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.observation.JobEnqueueObservationConvention;
import io.jobqueue.observation.JobProcessObservationConvention;
import io.jobqueue.observation.ObservationJobInterceptor;

/**
 * Auto-configuration for {@link ObservationJobInterceptor}: where there is tracing, and
 * where it is asked for. Without tracing an observation costs as much and says no more
 * than the timer of attempts.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JobQueueAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ JobEnqueuer.class, ObservationRegistry.class })
@ConditionalOnBooleanProperty(name = "job-queue.observation.enabled", matchIfMissing = true)
@Conditional(JobQueueObservationAutoConfiguration.OnTracingOrRequest.class)
public final class JobQueueObservationAutoConfiguration {

	JobQueueObservationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ObservationJobInterceptor observationJobInterceptor(ObservationRegistry registry,
			ObjectProvider<JobEnqueueObservationConvention> enqueueConvention,
			ObjectProvider<JobProcessObservationConvention> processConvention) {
		return new ObservationJobInterceptor(registry, enqueueConvention.getIfUnique(),
				processConvention.getIfUnique());
	}

	/**
	 * Whether a trace can travel, or observations are asked for.
	 */
	static final class OnTracingOrRequest extends AnyNestedCondition {

		OnTracingOrRequest() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(type = "io.micrometer.tracing.propagation.Propagator")
		static final class Tracing {

		}

		@ConditionalOnBooleanProperty("job-queue.observation.enabled")
		static final class Request {

		}

	}

}
