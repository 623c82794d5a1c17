package io.jobqueue.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.jobqueue.JobOperations;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.workflow.StoreWorkflows;
import io.jobqueue.workflow.WorkflowListener;
import io.jobqueue.workflow.WorkflowParameters;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.Workflows;

/**
 * Workflows and batches: what people do with them, and what brings them on.
 */
final class JobQueueWorkflowConfigurations {

	private JobQueueWorkflowConfigurations() {
	}

	/**
	 * What brings workflows on. Also where no jobs are worked: somebody there may wait
	 * for the end of a workflow.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Runner {

		@Bean
		@ConditionalOnMissingBean
		WorkflowRunner workflowRunner(JobStore store, ObjectProvider<WorkflowListener> listeners,
				JobQueueProperties properties) {
			JobQueueProperties.Workflow options = properties.getWorkflow();
			PropertyCheck.check(options.getInterval().toMillis() >= 1, "job-queue.workflow.interval",
					options.getInterval(), "Use at least 1ms");
			PropertyCheck.check(!options.getRetention().isNegative(), "job-queue.workflow.retention",
					options.getRetention(), "Use 0 or more");
			return new WorkflowRunner(store, listeners.orderedStream().toList(), options.getInterval(),
					options.getRetention(), properties.getWorker().isAutoStartup());
		}

		@Bean
		static LazyInitializationExcludeFilter workflowRunnerLazyInitializationExcludeFilter() {
			return LazyInitializationExcludeFilter.forBeanTypes(WorkflowRunner.class);
		}

	}

	/**
	 * The workflows as beans and handlers see them.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Template {

		@Bean
		@ConditionalOnMissingBean(Workflows.class)
		StoreWorkflows workflows(JobStore store, JobOperations jobs, ObjectProvider<StoreJobEnqueuer> enqueuers,
				JobHandlerRegistry handlers, JobSerializer serializer, JobQueueProperties properties,
				ConfigurableBeanFactory beans, WorkflowRunner runner) {
			// An application with an enqueuer of its own makes its tasks as others do.
			StoreJobEnqueuer enqueuer = enqueuers.getIfUnique(() -> new StoreJobEnqueuer(store, handlers, serializer,
					new OptionsFactory(properties).enqueueOptions(), new EmbeddedValueResolver(beans)));
			return new StoreWorkflows(store, jobs, enqueuer::prepare, enqueuer, serializer, runner);
		}

		@Bean
		@ConditionalOnMissingBean
		static WorkflowParameters workflowParameters(ObjectProvider<StoreWorkflows> workflows) {
			return new WorkflowParameters(workflows::getObject);
		}

	}

}
