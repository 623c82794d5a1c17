package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

	private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

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

	/**
	 * Return the names of all samples with those of their labels.
	 */
	static Map<String, Set<String>> samples(PrometheusMeterRegistry registry) {
		Map<String, Set<String>> samples = new HashMap<>();
		Matcher sample = SAMPLE.matcher(registry.scrape());
		while (sample.find()) {
			Set<String> labels = samples.computeIfAbsent(sample.group(1), (name) -> new TreeSet<>());
			if (sample.group(2) != null) {
				LABEL.matcher(sample.group(2)).results().forEach((label) -> labels.add(label.group(1)));
			}
		}
		return samples;
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
