package io.jobqueue.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.worker.JobWorker;

/**
 * Auto-configuration for {@link JobQueueMetrics}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JobQueueAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JobWorker.class, MeterRegistry.class })
public final class JobQueueMetricsAutoConfiguration {

	JobQueueMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	JobQueueMetrics jobQueueMetrics(ObjectProvider<JobWorker> worker) {
		return new JobQueueMetrics(worker::getIfAvailable);
	}

}
