package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobContext;
import io.jobqueue.JobEnqueuer;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.Firing;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJob;
import io.jobqueue.recurring.RecurringJobTemplate;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.recurring.RecurringScheduler;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Recurring jobs of an application, as it starts them.
 */
class RecurringAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory", "spring.application.name=shop")
		.withUserConfiguration(Reports.class);

	@Test
	void declaredJobRecurs() {
		this.runner.withPropertyValues("report.cron=* * * * * *").run((context) -> {
			Firing first = context.getBean(Reports.class).firings.poll(30, TimeUnit.SECONDS);
			Firing second = context.getBean(Reports.class).firings.poll(30, TimeUnit.SECONDS);
			assertThat(first).isNotNull();
			assertThat(second).isNotNull();
			assertThat(first.name()).isEqualTo("report.daily");
			assertThat(first.at().getNano()).isZero();
			assertThat(second.at()).isAfter(first.at());
			RecurringJob job = context.getBean(RecurringJobs.class).find("report.daily").orElseThrow();
			assertThat(job.application()).isEqualTo("shop");
			assertThat(job.queue()).isEqualTo("reports");
		});
	}

	@Test
	void switchedOffJobIsNotDeclared() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RecurringScheduler.class).hasSingleBean(RecurringJobTemplate.class);
			assertThat(context.getBean(RecurringScheduler.class).isRunning()).isTrue();
			assertThat(context.getBean(RecurringJobs.class).list()).isEmpty();
		});
	}

	@Test
	void schedulerStopsBeforeTheWorker() {
		assertThat(RecurringScheduler.PHASE).isEqualTo(JobWorker.PHASE + 1);
	}

	@Test
	void applicationThatWorksNoJobsCanCreateRecurringOnes() {
		this.runner.withPropertyValues("job-queue.worker.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(RecurringScheduler.class);
			context.getBean(RecurringJobs.class)
				.create("report.acme", Recurrence.every(Duration.ofHours(1)),
						context.getBean(JobTemplate.class).job(Reports::ofCustomer, "acme").request());
			assertThat(context.getBean(RecurringJobs.class).list()).extracting(RecurringJob::handler)
				.containsExactly("report.customer");
		});
	}

	@Test
	void schedulerCanBeSwitchedOff() {
		this.runner.withPropertyValues("job-queue.recurring.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RecurringScheduler.class)
				.hasSingleBean(RecurringJobs.class)
				.hasSingleBean(JobWorker.class));
	}

	@Test
	void withoutAutoStartupTheSchedulerWaitsForItsStart() {
		this.runner.withPropertyValues("job-queue.worker.auto-startup=false", "report.cron=0 0 6 * * *")
			.run((context) -> {
				RecurringScheduler scheduler = context.getBean(RecurringScheduler.class);
				assertThat(scheduler.isRunning()).isFalse();
				scheduler.start();
				await().atMost(Duration.ofSeconds(30))
					.until(() -> context.getBean(RecurringJobs.class).list().size() == 1);
			});
	}

	@Test
	void whenUserDefinesRecurringBeansThenAutoConfiguredOnesBackOff() {
		RecurringJobs mine = mock(RecurringJobs.class);
		RecurringScheduler scheduler = mock(RecurringScheduler.class);
		this.runner.withBean(RecurringJobs.class, () -> mine)
			.withBean(RecurringScheduler.class, () -> scheduler)
			.run((context) -> {
				assertThat(context).getBean(RecurringJobs.class).isSameAs(mine);
				assertThat(context).getBean(RecurringScheduler.class).isSameAs(scheduler);
			});
	}

	@Test
	void anotherEnqueuerDoesNotMatter() {
		this.runner.withBean(JobEnqueuer.class, () -> (requests) -> List.of())
			.withPropertyValues("report.cron=0 0 6 * * *")
			.run((context) -> await().atMost(Duration.ofSeconds(30))
				.until(() -> context.getBean(RecurringJobs.class).list().size() == 1));
	}

	@Test
	void storeWithoutRecurringJobsIsToldAtStart() {
		this.runner.withBean(JobStore.class, () -> mock(JobStore.class))
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withBean(JobStore.class, () -> mock(JobStore.class))
			.withPropertyValues("report.cron=0 0 6 * * *")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("keeps no recurring jobs, but @Job [report.daily]"));
	}

	static class Reports {

		private final BlockingQueue<Firing> firings = new LinkedBlockingQueue<>();

		@Job(name = "report.daily", queue = "reports", cron = "${report.cron:-}")
		void daily(JobContext job) {
			this.firings.add(Firing.of(job).orElseThrow());
		}

		@Job("report.customer")
		void ofCustomer(String customer) {
		}

	}

}
