package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.function.Consumer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that has run a job and started a workflow, with what Prometheus would
 * scrape from it.
 */
final class MeteredApplication {

	private MeteredApplication() {
	}

	/**
	 * Start the application, run a job, start a workflow, and stop it.
	 * @param action what to do with its registry meanwhile
	 */
	static void run(Consumer<PrometheusMeterRegistry> action) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
							JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
			.withPropertyValues("job-queue.store=memory", "job-queue.metrics.queue-interval=20ms")
			.withBean(MeterRegistry.class, () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
			.withBean(Jobs.class)
			.run((context) -> {
				context.getBean(JobTemplate.class).enqueue(Jobs::work);
				context.getBean(Workflows.class).define("flow").task("only", Jobs::work).start();
				PrometheusMeterRegistry registry = (PrometheusMeterRegistry) context.getBean(MeterRegistry.class);
				await().atMost(Duration.ofSeconds(60))
					.untilAsserted(() -> assertThat(registry.scrape()).contains("jobqueue_job_execution_seconds_count")
						.contains("jobqueue_queue_depth_jobs")
						.contains("jobqueue_workflow_running_workflows")
						.contains("jobqueue_finished_workflows_total"));
				action.accept(registry);
			});
	}

	static class Jobs {

		@Job(name = "work", queue = "mail")
		void work() {
		}

		@Job(name = "recur", cron = "0 0 6 29 2 *")
		void recur() {
		}

	}

}
