package io.jobqueue.autoconfigure.endpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.jobqueue.JobAdmin;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.workflow.Workflows;

/**
 * Auto-configuration for {@link JobQueueEndpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JobQueueAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(JobQueueEndpoint.class)
@ConditionalOnBean({ JobStore.class, JobAdmin.class, RecurringJobs.class, Workflows.class })
@EnableConfigurationProperties(JobQueueEndpointProperties.class)
public final class JobQueueEndpointAutoConfiguration {

	JobQueueEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	JobQueueEndpoint jobQueueEndpoint(JobStore store, JobAdmin admin, ObjectProvider<JobWorker> worker,
			RecurringJobs recurringJobs, Workflows workflows, ObjectProvider<SanitizingFunction> sanitizingFunctions) {
		return new JobQueueEndpoint(store, admin, worker.getIfAvailable(), recurringJobs, workflows,
				sanitizingFunctions.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	JobQueueEndpointWebExtension jobQueueEndpointWebExtension(JobQueueEndpoint endpoint,
			JobQueueEndpointProperties properties) {
		return new JobQueueEndpointWebExtension(endpoint, properties.getShowValues(), properties.getRoles());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.JMX)
	JobQueueEndpointJmxExtension jobQueueEndpointJmxExtension(JobQueueEndpoint endpoint,
			JobQueueEndpointProperties properties) {
		return new JobQueueEndpointJmxExtension(endpoint, properties.getShowValues());
	}

}
