package io.jobqueue.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.jobqueue.JobTemplate;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.recurring.RecurringJobTemplate;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.recurring.RecurringScheduler;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;

/**
 * Recurring jobs: what people do with them, and what fires them.
 */
final class JobQueueRecurringConfigurations {

	private static final String APPLICATION_NAME = "spring.application.name";

	private JobQueueRecurringConfigurations() {
	}

	/**
	 * The recurring jobs as beans see them; also where no jobs are worked.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Template {

		@Bean
		@ConditionalOnMissingBean(RecurringJobs.class)
		RecurringJobTemplate recurringJobs(JobStore store, ObjectProvider<StoreJobEnqueuer> enqueuers,
				JobHandlerRegistry handlers, JobSerializer serializer, JobQueueProperties properties,
				ConfigurableBeanFactory beans, ObjectProvider<JobMetrics> metrics) {
			StoreJobEnqueuer enqueuer = enqueuer(store, enqueuers, handlers, serializer, properties, beans);
			return new RecurringJobTemplate(store, enqueuer::prepare, enqueuer,
					metrics.getIfAvailable(() -> JobMetrics.NONE));
		}

	}

	/**
	 * Fires recurring jobs.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = { "job-queue.worker.enabled", "job-queue.recurring.enabled" },
			matchIfMissing = true)
	static class Scheduler {

		@Bean
		@ConditionalOnMissingBean
		RecurringScheduler recurringScheduler(JobStore store, ObjectProvider<StoreJobEnqueuer> enqueuers,
				JobHandlerRegistry handlers, JobSerializer serializer, JobQueueProperties properties,
				ConfigurableBeanFactory beans, Environment environment, ObjectProvider<JobMetrics> metrics) {
			StoreJobEnqueuer enqueuer = enqueuer(store, enqueuers, handlers, serializer, properties, beans);
			JobTemplate jobs = new JobTemplate(enqueuer);
			// The handlers are complete when it starts.
			return new RecurringScheduler(store, handlers::recurrences,
					(handler) -> enqueuer.prepare(jobs.job(handler).request()), enqueuer,
					metrics.getIfAvailable(() -> JobMetrics.NONE),
					environment.getProperty(APPLICATION_NAME, "application"), properties.getWorker().isAutoStartup());
		}

		@Bean
		static LazyInitializationExcludeFilter recurringSchedulerLazyInitializationExcludeFilter() {
			return LazyInitializationExcludeFilter.forBeanTypes(RecurringScheduler.class);
		}

	}

	// An application with an enqueuer of its own makes its recurring jobs as others do.
	private static StoreJobEnqueuer enqueuer(JobStore store, ObjectProvider<StoreJobEnqueuer> enqueuers,
			JobHandlerRegistry handlers, JobSerializer serializer, JobQueueProperties properties,
			ConfigurableBeanFactory beans) {
		return enqueuers.getIfUnique(() -> new StoreJobEnqueuer(store, handlers, serializer,
				new OptionsFactory(properties).enqueueOptions(), new EmbeddedValueResolver(beans)));
	}

}
