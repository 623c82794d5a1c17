package io.jobqueue.autoconfigure.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;

/**
 * Auto-configuration for {@link JobQueueHealthIndicator}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JobQueueAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(JobStore.class)
@ConditionalOnEnabledHealthIndicator("jobqueue")
public final class JobQueueHealthContributorAutoConfiguration {

	JobQueueHealthContributorAutoConfiguration() {
	}

	// Named for the component of the health: "jobqueue", as the keys of its properties.
	@Bean
	@ConditionalOnMissingBean(name = { "jobqueueHealthIndicator", "jobqueueHealthContributor" })
	JobQueueHealthIndicator jobqueueHealthContributor(JobStore store, ObjectProvider<JobWorker> worker) {
		return new JobQueueHealthIndicator(store, worker.getIfAvailable());
	}

}
