package io.jobqueue.autoconfigure.health;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobStoreException;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class JobQueueHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, JobQueueHealthContributorAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory");

	@Test
	void isUpWhenTheNodeIsRegistered() {
		this.runner.withPropertyValues("job-queue.worker.node-name=blue", "job-queue.worker.queues=mail")
			.run((context) -> {
				assertThat(context).hasBean("jobQueueHealthContributor");
				JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
				await().until(() -> indicator.health().getStatus().equals(Status.UP));
				assertThat(indicator.health().getDetails()).containsEntry("store", "memory")
					.containsEntry("worker", "running")
					.containsEntry("name", "blue")
					.containsEntry("queues", List.of("mail"))
					.containsEntry("running", 0)
					.containsEntry("waiting", 0)
					.containsEntry("node", 1L)
					.containsKey("sinceRenewal")
					.doesNotContainKeys("reason", "since", "error");
			});
	}

	@Test
	void isDownWhenTheStoreDoesNotAnswer() {
		JobStore store = mock(JobStore.class);
		given(store.register(any())).willThrow(new JobStoreException("refused", null));
		this.runner.withBean(JobStore.class, () -> store).run((context) -> {
			JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
			await().until(() -> indicator.health().getDetails().containsKey("since"));
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("reason", "The store does not answer")
				.containsEntry("error", "io.jobqueue.JobStoreException: refused")
				.doesNotContainKeys("node", "sinceRenewal");
		});
	}

	@Test
	void isUnknownWhenTheWorkerIsStopped() {
		this.runner.run((context) -> {
			context.getBean(JobWorker.class).stop();
			Health health = context.getBean(JobQueueHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
			assertThat(health.getDetails()).containsEntry("worker", "stopped");
		});
	}

	@Test
	void applicationThatOnlyEnqueuesIsUpWhenTheStoreAnswers() {
		this.runner.withPropertyValues("job-queue.worker.enabled=false").run((context) -> {
			Health health = context.getBean(JobQueueHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsOnlyKeys("store", "worker", "nodes")
				.containsEntry("worker", "disabled")
				.containsEntry("nodes", 0);
		});
	}

	@Test
	void applicationThatOnlyEnqueuesIsDownWhenTheStoreDoesNotAnswer() {
		JobStore store = mock(JobStore.class);
		given(store.admin()).willReturn(mock(JobAdmin.class));
		given(store.admin().nodes()).willThrow(new JobStoreException("refused", null));
		this.runner.withPropertyValues("job-queue.worker.enabled=false")
			.withBean(JobStore.class, () -> store)
			.run((context) -> assertThat(context.getBean(JobQueueHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.DOWN));
	}

	@Test
	void whenUserDefinesTheIndicatorThenAutoConfiguredOneBacksOff() {
		for (String name : List.of("jobQueueHealthIndicator", "jobQueueHealthContributor")) {
			this.runner.withBean(name, HealthIndicator.class, () -> () -> Health.up().build())
				.run((context) -> assertThat(context).doesNotHaveBean(JobQueueHealthIndicator.class).hasBean(name));
		}
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.jobqueue.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueHealthIndicator.class));
		this.runner.withPropertyValues("job-queue.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueHealthIndicator.class));
	}

	@Test
	void backsOffWithoutHealth() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobWorker.class)
				.doesNotHaveBean("jobQueueHealthContributor"));
	}

}
