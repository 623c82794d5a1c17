package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobId;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.event.JobEvent;
import io.jobqueue.worker.JobWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class JobQueueMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
				JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory", "job-queue.retry.max-attempts=2", "job-queue.retry.delay=0");

	@Test
	void attemptsAreTimedByQueueHandlerAndOutcome() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			JobTemplate jobs = context.getBean(JobTemplate.class);
			jobs.enqueue(Jobs::work);
			jobs.enqueue(Jobs::work);
			jobs.enqueue(Jobs::fail);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			await().ignoreException(MeterNotFoundException.class).untilAsserted(() -> {
				assertThat(timer(registry, "mail", "work", "succeeded").count()).isEqualTo(2);
				assertThat(timer(registry, "default", "fail", "retried").count()).isEqualTo(1);
				assertThat(timer(registry, "default", "fail", "failed").count()).isEqualTo(1);
			});
			assertThat(timer(registry, "mail", "work", "succeeded").totalTime(TimeUnit.NANOSECONDS)).isPositive();
			assertThat(registry.find("jobqueue.job.execution").timers()).hasSize(3);
		});
	}

	@Test
	void jobsThatRunAndWaitAreGauged() {
		Jobs jobs = new Jobs();
		this.runner.withBean(Jobs.class, () -> jobs)
			.withPropertyValues("job-queue.worker.concurrency=1")
			.run((context) -> {
				context.getBean(JobTemplate.class).enqueue(Jobs::block);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				await().until(() -> registry.get("jobqueue.worker.running").gauge().value() == 1);
				assertThat(registry.get("jobqueue.worker.waiting").gauge().value()).isZero();
				assertThat(registry.get("jobqueue.worker.runaway").gauge().value()).isZero();
				jobs.latch.countDown();
				await().until(() -> registry.get("jobqueue.worker.running").gauge().value() == 0);
				context.getBean(JobWorker.class).stop();
				assertThat(registry.get("jobqueue.worker.running").gauge().value()).isZero();
			});
	}

	@Test
	void whenUserDefinesMetricsThenAutoConfiguredOnesBackOff() {
		JobQueueMetrics metrics = new JobQueueMetrics(() -> null);
		this.runner.withBean("mine", JobQueueMetrics.class, () -> metrics)
			.run((context) -> assertThat(context).getBean(JobQueueMetrics.class).isSameAs(metrics));
	}

	@Test
	void backOffWithoutRegistryOrWorker() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
			.withPropertyValues("job-queue.store=memory")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueMetrics.class));
		this.runner.withPropertyValues("job-queue.worker.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueMetrics.class));
	}

	@Test
	void backOffWithoutMicrometer() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
			.withPropertyValues("job-queue.store=memory")
			.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobWorker.class)
				.doesNotHaveBean("jobQueueMetrics"));
	}

	@Test
	void severalRegistriesGetTheSame() {
		JobQueueMetrics metrics = new JobQueueMetrics(() -> null);
		SimpleMeterRegistry first = new SimpleMeterRegistry();
		SimpleMeterRegistry second = new SimpleMeterRegistry();
		metrics.bindTo(first);
		metrics.onJobEvent(event());
		metrics.bindTo(second);
		metrics.onJobEvent(event());
		assertThat(timer(first, "q", "h", "snoozed").count()).isEqualTo(2);
		assertThat(timer(second, "q", "h", "snoozed").count()).isEqualTo(1);
		assertThat(second.get("jobqueue.worker.running").gauge().value()).isZero();
	}

	private static JobEvent event() {
		return new JobEvent(JobEvent.Type.SNOOZED, JobId.of(1), "h", "q", 1, 1, Duration.ofMillis(1), null);
	}

	private static Timer timer(MeterRegistry registry, String queue, String handler, String outcome) {
		return registry.get("jobqueue.job.execution")
			.tags("queue", queue, "handler", handler, "outcome", outcome)
			.timer();
	}

	static class Jobs {

		final CountDownLatch latch = new CountDownLatch(1);

		@Job(name = "work", queue = "mail")
		void work() {
		}

		@Job("fail")
		void fail() {
			throw new IllegalStateException("as intended");
		}

		@Job("block")
		void block() throws InterruptedException {
			this.latch.await();
		}

	}

}
