package io.jobqueue.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.CustomizableThreadCreator;
import org.springframework.util.StringUtils;

import io.jobqueue.event.JobEvents;
import io.jobqueue.event.JobListener;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobWorker;

/**
 * What works jobs, to be imported in the order of this file.
 */
final class JobQueueWorkerConfigurations {

	static final String TASK_EXECUTOR = "jobQueueTaskExecutor";

	private static final String THREAD_NAME_PREFIX = "job-queue-";

	private JobQueueWorkerConfigurations() {
	}

	/**
	 * The threads that run jobs. A bean of the name takes their place; it has to give a
	 * thread to as many runners as all pools and the ephemeral jobs together have
	 * concurrency.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "job-queue.worker.enabled", matchIfMissing = true)
	@ConditionalOnMissingBean(name = TASK_EXECUTOR)
	static class Threads {

		@Bean(name = TASK_EXECUTOR, defaultCandidate = false)
		@ConditionalOnThreading(Threading.PLATFORM)
		ThreadPoolTaskExecutor platformThreads(JobQueueProperties properties) {
			int concurrency = new WorkerOptionsFactory(properties).concurrency()
					+ new OptionsFactory(properties).ephemeralOptions().concurrency();
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setThreadNamePrefix(THREAD_NAME_PREFIX);
			executor.setCorePoolSize(concurrency);
			executor.setMaxPoolSize(concurrency);
			executor.setAllowCoreThreadTimeOut(true);
			// The worker drains by itself, and a job that ignores its interrupt must
			// neither delay the shutdown further nor keep the process alive.
			executor.setAcceptTasksAfterContextClose(true);
			executor.setDaemon(true);
			return executor;
		}

		@Bean(name = TASK_EXECUTOR, defaultCandidate = false)
		@ConditionalOnThreading(Threading.VIRTUAL)
		SimpleAsyncTaskExecutor virtualThreads() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(THREAD_NAME_PREFIX);
			executor.setVirtualThreads(true);
			return executor;
		}

	}

	/**
	 * Threads as the log shows them.
	 */
	private record DescribedThreads(Executor threads, String description) implements Executor {

		@Override
		public void execute(Runnable task) {
			this.threads.execute(task);
		}

		@Override
		public String toString() {
			return this.description;
		}

	}

	/**
	 * The worker.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "job-queue.worker.enabled", matchIfMissing = true)
	static class Worker {

		private static final Log logger = LogFactory.getLog(Worker.class);

		private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

		private static final Duration DEFAULT_PHASE_TIMEOUT = Duration.ofSeconds(30);

		@Bean
		@ConditionalOnMissingBean
		JobEvents jobEvents(ObjectProvider<JobListener> listeners) {
			return new JobEvents(listeners.orderedStream().toList());
		}

		@Bean
		@ConditionalOnBooleanProperty("job-queue.application-events")
		JobListener applicationEventJobListener(ApplicationEventPublisher publisher) {
			return publisher::publishEvent;
		}

		@Bean
		@ConditionalOnMissingBean
		JobWorker jobWorker(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer,
				JobQueueProperties properties, Environment environment, @Qualifier(TASK_EXECUTOR) Executor threads,
				JobEvents events, ObjectProvider<JobInterceptor> interceptors, ObjectProvider<JobMetrics> metrics,
				ListableBeanFactory beans) {
			WorkerOptionsFactory options = new WorkerOptionsFactory(properties);
			RetryPolicy retryPolicy = new OptionsFactory(properties).retryPolicy(beans);
			String configuredName = properties.getWorker().getNodeName();
			String nodeName = StringUtils.hasText(configuredName) ? configuredName : NodeName.of(environment);
			warnOfLongShutdown(properties.getWorker().getShutdownTimeout(), environment);
			// The handlers are complete when the worker starts.
			return new JobWorker(store, handlers, serializer,
					() -> options.create(nodeName, retryPolicy,
							handlers.all().stream().map(JobHandler::queue).toList()),
					new DescribedThreads(threads, description(threads, environment)), events,
					interceptors.orderedStream().toList(), metrics.getIfAvailable(() -> JobMetrics.NONE),
					Clock.systemUTC(), properties.getWorker().isAutoStartup());
		}

		private static String description(Executor threads, Environment environment) {
			boolean isOurs = threads instanceof CustomizableThreadCreator creator
					&& THREAD_NAME_PREFIX.equals(creator.getThreadNamePrefix());
			if (!isOurs) {
				return threads.getClass().getName();
			}
			return Threading.VIRTUAL.isActive(environment) ? "virtual" : "platform";
		}

		@Bean
		@ConditionalOnMissingBean
		EphemeralWorker ephemeralWorker(JobHandlerRegistry handlers, JobSerializer serializer,
				JobQueueProperties properties, @Qualifier(TASK_EXECUTOR) Executor threads, JobEvents events,
				ObjectProvider<JobInterceptor> interceptors, ObjectProvider<JobMetrics> metrics,
				ListableBeanFactory beans) {
			OptionsFactory options = new OptionsFactory(properties);
			return new EphemeralWorker(handlers, serializer, options.ephemeralOptions(), options.retryPolicy(beans),
					threads, events, interceptors.orderedStream().toList(),
					metrics.getIfAvailable(() -> JobMetrics.NONE), Clock.systemUTC(),
					properties.getWorker().isAutoStartup());
		}

		private static void warnOfLongShutdown(Duration shutdownTimeout, Environment environment) {
			Duration phaseTimeout = Binder.get(environment)
				.bind(PHASE_TIMEOUT, Duration.class)
				.orElse(DEFAULT_PHASE_TIMEOUT);
			if (shutdownTimeout.compareTo(phaseTimeout) >= 0) {
				logger.warn("job-queue.worker.shutdown-timeout (" + shutdownTimeout + ") is not shorter than "
						+ PHASE_TIMEOUT + " (" + phaseTimeout
						+ "): Spring goes on with the shutdown before running jobs have ended or been given back. Set it to a"
						+ " few seconds less");
			}
		}

		@Bean
		static LazyInitializationExcludeFilter jobWorkerLazyInitializationExcludeFilter() {
			return LazyInitializationExcludeFilter.forBeanTypes(JobWorker.class, EphemeralWorker.class);
		}

	}

}
