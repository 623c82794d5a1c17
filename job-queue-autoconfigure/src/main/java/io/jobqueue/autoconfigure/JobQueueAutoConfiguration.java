package io.jobqueue.autoconfigure;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobAwaiter;
import io.jobqueue.JobEnqueuer;
import io.jobqueue.JobOperations;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.AnnotationJobTransactions;
import io.jobqueue.annotation.JobAnnotationBeanPostProcessor;
import io.jobqueue.client.EphemeralJobs;
import io.jobqueue.client.StoreJobAwaiter;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.TransactionalSettlement;
import io.jobqueue.worker.EphemeralWorker;

/**
 * Auto-configuration for the job queue: the store, what enqueues, what administers, and
 * the worker.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
				"org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
				"org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "job-queue.enabled", matchIfMissing = true)
@EnableConfigurationProperties(JobQueueProperties.class)
@Import({ JobQueueStoreConfigurations.Postgres.class, JobQueueStoreConfigurations.Redis.class,
		JobQueueStoreConfigurations.Memory.class, JobQueueStoreConfigurations.None.class,
		JobQueueWorkerConfigurations.Threads.class, JobQueueWorkerConfigurations.Worker.class,
		JobQueueRecurringConfigurations.Template.class, JobQueueRecurringConfigurations.Scheduler.class,
		JobQueueWorkflowConfigurations.Runner.class, JobQueueWorkflowConfigurations.Template.class })
public final class JobQueueAutoConfiguration {

	JobQueueAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(JobSerializer.class)
	JacksonJobSerializer jobSerializer(ObjectProvider<JsonMapper> mappers) {
		return new JacksonJobSerializer(mappers.getIfUnique(JsonMapper::new));
	}

	@Bean
	@ConditionalOnMissingBean
	JobHandlerRegistry jobHandlerRegistry() {
		return new JobHandlerRegistry();
	}

	@Bean
	@ConditionalOnMissingBean
	static JobAnnotationBeanPostProcessor jobAnnotationBeanPostProcessor(ApplicationContext context,
			ObjectProvider<JobHandlerRegistry> registry, ObjectProvider<JobQueueProperties> properties,
			ObjectProvider<JobStore> stores) {
		ConfigurableListableBeanFactory beans = ((ConfigurableApplicationContext) context).getBeanFactory();
		return new JobAnnotationBeanPostProcessor(beans, registry::getObject,
				() -> new OptionsFactory(properties.getObject()).backoff(), transactions(beans, stores));
	}

	private static AnnotationJobTransactions transactions(ConfigurableBeanFactory beans,
			ObjectProvider<JobStore> stores) {
		return new AnnotationJobTransactions(beans,
				() -> (stores.getObject() instanceof TransactionalSettlement settlement)
						? settlement.transactionManager() : null);
	}

	@Bean
	@ConditionalOnMissingBean(JobEnqueuer.class)
	StoreJobEnqueuer jobEnqueuer(JobStore store, JobHandlerRegistry registry, JobSerializer serializer,
			JobQueueProperties properties, ConfigurableBeanFactory beans, ObjectProvider<JobInterceptor> interceptors,
			ObjectProvider<JobMetrics> metrics, ObjectProvider<EphemeralWorker> ephemeralWorker) {
		// The worker is asked for late, because listeners of its events may enqueue.
		return new StoreJobEnqueuer(store, registry, serializer, new OptionsFactory(properties).enqueueOptions(),
				new EmbeddedValueResolver(beans), () -> interceptors.orderedStream().toList(),
				metrics.getIfAvailable(() -> JobMetrics.NONE), () -> ephemeralJobs(ephemeralWorker.getIfAvailable()));
	}

	private static @Nullable EphemeralJobs ephemeralJobs(@Nullable EphemeralWorker worker) {
		return (worker != null) ? worker::enqueue : null;
	}

	@Bean
	@ConditionalOnMissingBean(JobAwaiter.class)
	StoreJobAwaiter jobAwaiter(JobStore store, JobSerializer serializer) {
		return new StoreJobAwaiter(store, serializer);
	}

	@Bean
	@ConditionalOnMissingBean(JobOperations.class)
	JobTemplate jobTemplate(JobEnqueuer enqueuer, JobAwaiter awaiter) {
		return new JobTemplate(enqueuer, awaiter);
	}

	@Bean
	@ConditionalOnMissingBean
	JobAdmin jobAdmin(JobStore store) {
		return store.admin();
	}

}
