package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;

import io.jobqueue.JobAdmin;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.autoconfigure.JobQueueProperties;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobWorker;

/**
 * Auto-configuration for {@link JobQueueMetrics}, {@link JobQueueWorkflowMetrics} and
 * {@link JobQueueDepthMetrics}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JobQueueAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JobStore.class, MeterRegistry.class })
public final class JobQueueMetricsAutoConfiguration {

	JobQueueMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(JobMetrics.class)
	JobQueueMetrics jobQueueMetrics(JobHandlerRegistry handlers, ObjectProvider<JobWorker> worker,
			ObjectProvider<EphemeralWorker> ephemeral, ObjectProvider<JobStore> store) {
		return new JobQueueMetrics(handlers, worker::getIfAvailable, ephemeral::getIfAvailable,
				() -> (store.getObject() instanceof WakeUps wakeUps) ? wakeUps : null);
	}

	@Bean
	@ConditionalOnMissingBean
	JobQueueWorkflowMetrics jobQueueWorkflowMetrics() {
		return new JobQueueWorkflowMetrics();
	}

	@Bean
	@ConditionalOnMissingBean
	JobQueueDepthMetrics jobQueueDepthMetrics(ObjectProvider<JobAdmin> admin, ObjectProvider<JobStore> store,
			JobQueueProperties properties) {
		Duration interval = properties.getMetrics().getQueueInterval();
		if (interval.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("job-queue.metrics.queue-interval", interval,
					"Set it to a duration, for instance 15s, or to 0 to not measure the queues.");
		}
		return new JobQueueDepthMetrics(admin::getObject,
				() -> (store.getObject() instanceof WorkflowStore workflows) ? workflows.workflows() : null, interval);
	}

}
