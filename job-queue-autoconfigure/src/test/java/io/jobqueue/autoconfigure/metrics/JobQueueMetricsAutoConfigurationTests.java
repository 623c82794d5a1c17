package io.jobqueue.autoconfigure.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobStoreException;
import io.jobqueue.JobTemplate;
import io.jobqueue.QueueStatus;
import io.jobqueue.annotation.Job;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.event.JobEvent;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class JobQueueMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
				JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory", "job-queue.retry.max-attempts=2", "job-queue.retry.delay=0",
				"job-queue.metrics.queue-interval=20ms");

	@Test
	void jobsAreCountedAndTimedByQueueHandlerAndOutcome() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			JobTemplate jobs = context.getBean(JobTemplate.class);
			jobs.enqueue(Jobs::work);
			jobs.enqueue(Jobs::work);
			jobs.enqueue(Jobs::fail);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			patiently().ignoreException(MeterNotFoundException.class).untilAsserted(() -> {
				assertThat(finished(registry, "mail", "work", "success")).isEqualTo(2);
				assertThat(finished(registry, "default", "fail", "retry")).isEqualTo(1);
				assertThat(finished(registry, "default", "fail", "failure")).isEqualTo(1);
				// Timed after they were counted.
				assertThat(execution(registry, "mail", "work", "success").count()).isEqualTo(2);
				assertThat(registry.find("jobqueue.job.execution").timers()).hasSize(3);
			});
			assertThat(counter(registry, "jobqueue.enqueued.jobs", "mail", "work")).isEqualTo(2);
			assertThat(counter(registry, "jobqueue.enqueued.jobs", "default", "fail")).isEqualTo(1);
			assertThat(counter(registry, "jobqueue.started.jobs", "mail", "work")).isEqualTo(2);
			assertThat(counter(registry, "jobqueue.started.jobs", "default", "fail")).isEqualTo(2);
			assertThat(execution(registry, "mail", "work", "success").totalTime(TimeUnit.NANOSECONDS)).isPositive();
			Timer wait = registry.get("jobqueue.job.wait").tags("queue", "mail", "handler", "work").timer();
			assertThat(wait.count()).isEqualTo(2);
			assertThat(wait.takeSnapshot().histogramCounts()).hasSizeGreaterThan(10);
			assertThat(registry.get("jobqueue.exchange").tags("pool", "default", "result", "success").timer().count())
				.isPositive();
			assertThat(registry.get("jobqueue.exchange.settled").tag("pool", "default").summary().totalAmount())
				.isGreaterThanOrEqualTo(4);
			assertThat(registry.get("jobqueue.exchange.claimed").tag("pool", "default").summary().totalAmount())
				.isGreaterThanOrEqualTo(4);
		});
	}

	@Test
	void seriesOfKnownHandlersBeginAtZero() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(finished(registry, "mail", "work", "failure")).isZero();
			assertThat(finished(registry, "mail", "work", "lease_lost")).isZero();
			assertThat(counter(registry, "jobqueue.enqueued.jobs", "default", "fail")).isZero();
		});
	}

	@Test
	void poolsAndNodeAreGauged() {
		Jobs jobs = new Jobs();
		this.runner.withBean(Jobs.class, () -> jobs)
			.withPropertyValues("job-queue.worker.concurrency=3")
			.run((context) -> {
				context.getBean(JobTemplate.class).enqueue(Jobs::block);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				patiently().until(() -> worker(registry, "busy") == 1);
				assertThat(worker(registry, "idle")).isEqualTo(2);
				assertThat(worker(registry, "limit")).isEqualTo(3);
				assertThat(worker(registry, "buffered")).isZero();
				assertThat(worker(registry, "prefetch")).isNotNegative();
				assertThat(registry.get("jobqueue.worker.runaway").gauge().value()).isZero();
				patiently().until(() -> registry.get("jobqueue.node.registered").gauge().value() == 1);
				jobs.latch.countDown();
				patiently().until(() -> worker(registry, "busy") == 0);
				context.getBean(JobWorker.class).stop();
				assertThat(worker(registry, "limit")).isZero();
				assertThat(registry.get("jobqueue.node.registered").gauge().value()).isZero();
			});
	}

	@Test
	void ephemeralJobsAreGaugedAndCounted() {
		Jobs jobs = new Jobs();
		this.runner.withBean(Jobs.class, () -> jobs)
			.withPropertyValues("job-queue.ephemeral.concurrency=1", "job-queue.ephemeral.capacity=2",
					"job-queue.ephemeral.on-full=drop")
			.run((context) -> {
				JobTemplate template = context.getBean(JobTemplate.class);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				for (int i = 0; i < 3; i++) {
					template.job(Jobs::block).ephemeral().enqueue();
				}
				patiently().until(() -> registry.get("jobqueue.ephemeral.running").gauge().value() == 1);
				assertThat(registry.get("jobqueue.ephemeral.waiting").gauge().value()).isEqualTo(1);
				assertThat(registry.get("jobqueue.ephemeral.dropped.jobs").functionCounter().count()).isEqualTo(1);
				assertThat(registry.get("jobqueue.ephemeral.lost.jobs").functionCounter().count()).isZero();
				jobs.latch.countDown();
				patiently().until(() -> finished(registry, "ephemeral", "block", "success") == 2);
				patiently().until(() -> registry.get("jobqueue.ephemeral.running").gauge().value() == 0);
				assertThat(registry.get("jobqueue.ephemeral.waiting").gauge().value()).isZero();
			});
	}

	@Test
	void recurringJobsAreCounted() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			for (String counted : List.of("jobs", "misfires", "overlaps")) {
				assertThat(counter(registry, "jobqueue.recurring." + counted, "mail", "recur")).isZero();
			}
			RecurringJobs recurring = context.getBean(RecurringJobs.class);
			patiently().until(() -> recurring.find("recur").isPresent());
			recurring.trigger("recur");
			assertThat(counter(registry, "jobqueue.recurring.jobs", "mail", "recur")).isEqualTo(1);
			assertThat(counter(registry, "jobqueue.enqueued.jobs", "mail", "recur")).isEqualTo(1);
			patiently().until(() -> finished(registry, "mail", "recur", "success") == 1);
			assertThat(registry.find("jobqueue.recurring.jobs").tag("handler", "work").functionCounter()).isNull();
		});
	}

	@Test
	void finishedWorkflowsAreCountedByNameAndState() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			Workflows workflows = context.getBean(Workflows.class);
			context.getBean(JobAdmin.class).pause("mail");
			WorkflowHandle handle = workflows.define("letter").task("write", Jobs::work).start();
			patiently().until(() -> registry.find("jobqueue.finished.workflows").functionCounters().size() == 4);
			assertThat(workflows(registry, "letter", "failed")).isZero();
			handle.cancel();
			patiently().until(() -> workflows(registry, "letter", "cancelled") == 1);
			handle.retry();
			context.getBean(JobAdmin.class).resume("mail");
			patiently().until(() -> workflows(registry, "letter", "succeeded") == 1);
			workflows.define("doomed").task("only", Jobs::fail).start();
			patiently().ignoreException(MeterNotFoundException.class)
				.until(() -> workflows(registry, "doomed", "failed") == 1);
			assertThat(workflows(registry, "letter", "cancelled")).isEqualTo(1);
			assertThat(workflows(registry, "letter", "failed")).isZero();
			assertThat(workflows(registry, "letter", "timed_out")).isZero();
		});
	}

	@Test
	void finishedBatchesAreCounted() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			JobTemplate jobs = context.getBean(JobTemplate.class);
			context.getBean(Workflows.class).batch("post").enqueue(Stream.of(jobs.job(Jobs::work).request()));
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			patiently().ignoreException(MeterNotFoundException.class)
				.until(() -> workflows(registry, "post", "succeeded") == 1);
		});
	}

	@Test
	void workflowsOfAnyNamesMakeABoundedNumberOfSeries() {
		JobQueueWorkflowMetrics metrics = new JobQueueWorkflowMetrics();
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		metrics.bindTo(registry);
		for (int i = 1; i <= 2 * TagValues.MAX_UNKNOWN; i++) {
			metrics
				.onWorkflowEvent(new WorkflowEvent(WorkflowId.of(i), "w." + i, 1, null, null, WorkflowState.SUCCEEDED));
		}
		assertThat(workflows(registry, "w.1", "succeeded")).isEqualTo(1);
		assertThat(workflows(registry, TagValues.OTHER, "succeeded")).isEqualTo(TagValues.MAX_UNKNOWN);
		assertThat(registry.getMeters()).hasSize(4 * (TagValues.MAX_UNKNOWN + 1));
		SimpleMeterRegistry late = new SimpleMeterRegistry();
		metrics.bindTo(late);
		assertThat(workflows(late, TagValues.OTHER, "succeeded")).isEqualTo(TagValues.MAX_UNKNOWN);
	}

	@Test
	void queuesAreSampled() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			JobAdmin admin = context.getBean(JobAdmin.class);
			admin.pause("mail");
			JobTemplate jobs = context.getBean(JobTemplate.class);
			jobs.enqueue(Jobs::work);
			jobs.enqueue(Jobs::work);
			jobs.job(Jobs::work).in(Duration.ofDays(1)).enqueue();
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			patiently().ignoreException(MeterNotFoundException.class).untilAsserted(() -> {
				assertThat(depth(registry, "mail", "available")).isEqualTo(2);
				assertThat(depth(registry, "mail", "scheduled")).isEqualTo(1);
				assertThat(depth(registry, "mail", "running")).isZero();
				assertThat(queue(registry, "oldest.age", "mail")).isPositive();
				assertThat(queue(registry, "paused", "mail")).isEqualTo(1);
				assertThat(queue(registry, "paused", "default")).isZero();
			});
			admin.resume("mail");
			patiently().untilAsserted(() -> {
				assertThat(depth(registry, "mail", "available")).isZero();
				assertThat(queue(registry, "oldest.age", "mail")).isZero();
				assertThat(queue(registry, "paused", "mail")).isZero();
			});
		});
	}

	@Test
	void runningWorkflowsAreSampled() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			Workflows workflows = context.getBean(Workflows.class);
			Batch batch = workflows.batch("mails").open();
			WorkflowHandle handle = workflows.define("flow")
				.task("only", context.getBean(JobTemplate.class).job(Jobs::work).in(Duration.ofDays(1)))
				.start();
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			patiently().ignoreException(MeterNotFoundException.class).until(() -> runningWorkflows(registry) == 2);
			handle.cancel();
			patiently().until(() -> runningWorkflows(registry) == 1);
			batch.close();
			patiently().until(() -> runningWorkflows(registry) == 0);
		});
	}

	private static double runningWorkflows(MeterRegistry registry) {
		return registry.get("jobqueue.workflow.running").gauge().value();
	}

	@Test
	void queuesAreNotShownWhileTheStoreDoesNotAnswer() {
		AtomicBoolean isDown = new AtomicBoolean();
		JobAdmin admin = mock(JobAdmin.class);
		given(admin.queues()).willAnswer((call) -> {
			if (isDown.get()) {
				throw new JobStoreException("down", null);
			}
			return List.of(new QueueStatus("mail", false, 7, 0, 0, null));
		});
		JobQueueDepthMetrics metrics = new JobQueueDepthMetrics(() -> admin, () -> null, Duration.ofMillis(5));
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		metrics.bindTo(registry);
		metrics.start();
		try {
			patiently().until(() -> registry.find("jobqueue.queue.depth").gauges().size() == 3);
			isDown.set(true);
			patiently().until(() -> registry.find("jobqueue.queue.depth").gauges().isEmpty());
			isDown.set(false);
			patiently().until(() -> registry.find("jobqueue.queue.depth").gauges().size() == 3);
			SimpleMeterRegistry late = new SimpleMeterRegistry();
			metrics.bindTo(late);
			assertThat(depth(late, "mail", "available")).isEqualTo(7);
		}
		finally {
			metrics.stop();
		}
	}

	@Test
	void queuesAreNotSampledIfNobodyWants() {
		this.runner.withPropertyValues("job-queue.metrics.queue-interval=0")
			.run((context) -> assertThat(context.getBean(JobQueueDepthMetrics.class).isRunning()).isFalse());
		this.runner.withPropertyValues("job-queue.metrics.queue-interval=-1s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("job-queue.metrics.queue-interval")
				.hasMessageContaining("Set it to a duration"));
	}

	@Test
	void namesThatNobodyKnowsMakeABoundedNumberOfSeries() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.worker.auto-startup=false", "job-queue.unknown-handlers=accept")
			.run((context) -> {
				JobTemplate jobs = context.getBean(JobTemplate.class);
				int count = 2 * TagValues.MAX_UNKNOWN;
				jobs.enqueueAll(IntStream.range(0, count).mapToObj((i) -> jobs.job("unknown." + i).request()));
				jobs.enqueueAll(
						IntStream.range(0, count).mapToObj((i) -> jobs.job(Jobs::work).queue("q." + i).request()));
				jobs.enqueue(Jobs::work);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(counter(registry, "jobqueue.enqueued.jobs", "default", "unknown.0")).isEqualTo(1);
				assertThat(counter(registry, "jobqueue.enqueued.jobs", "default", TagValues.OTHER))
					.isEqualTo(count - TagValues.MAX_UNKNOWN);
				assertThat(counter(registry, "jobqueue.enqueued.jobs", TagValues.OTHER, "work"))
					.isEqualTo(count - TagValues.MAX_UNKNOWN);
				assertThat(counter(registry, "jobqueue.enqueued.jobs", "mail", "work")).isEqualTo(1);
				patiently()
					.until(() -> registry.find("jobqueue.queue.paused").gauges().size() == TagValues.MAX_UNKNOWN + 1);
				assertThat(depth(registry, TagValues.OTHER, "available")).isGreaterThan(TagValues.MAX_UNKNOWN);
			});
	}

	@Test
	void whenUserDefinesMetricsThenAutoConfiguredOnesBackOff() {
		JobMetrics metrics = new JobMetrics() {
		};
		this.runner.withBean("mine", JobMetrics.class, () -> metrics)
			.run((context) -> assertThat(context).doesNotHaveBean(JobQueueMetrics.class)
				.getBean(JobMetrics.class)
				.isSameAs(metrics));
		JobQueueWorkflowMetrics workflows = new JobQueueWorkflowMetrics();
		this.runner.withBean("mine", JobQueueWorkflowMetrics.class, () -> workflows)
			.run((context) -> assertThat(context).getBean(JobQueueWorkflowMetrics.class).isSameAs(workflows));
		JobQueueDepthMetrics depths = new JobQueueDepthMetrics(() -> null, () -> null, Duration.ZERO);
		this.runner.withBean("mine", JobQueueDepthMetrics.class, () -> depths)
			.run((context) -> assertThat(context).getBean(JobQueueDepthMetrics.class).isSameAs(depths));
	}

	@Test
	void applicationThatOnlyEnqueuesIsMeasured() {
		this.runner.withPropertyValues("job-queue.worker.enabled=false").run((context) -> {
			context.getBean(JobTemplate.class).enqueue("elsewhere");
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(counter(registry, "jobqueue.enqueued.jobs", "default", "elsewhere")).isEqualTo(1);
			assertThat(registry.find("jobqueue.node.registered").gauge()).isNull();
		});
	}

	@Test
	void backOffWithoutRegistryOrStore() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JobQueueAutoConfiguration.class, JobQueueMetricsAutoConfiguration.class))
			.withPropertyValues("job-queue.store=memory")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueMetrics.class));
		this.runner.withPropertyValues("job-queue.enabled=false")
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
	void registryThatComesLateMissesNoCount() {
		JobQueueMetrics metrics = new JobQueueMetrics(new JobHandlerRegistry(), () -> null, () -> null, () -> null);
		SimpleMeterRegistry first = new SimpleMeterRegistry();
		SimpleMeterRegistry second = new SimpleMeterRegistry();
		metrics.bindTo(first);
		snooze(metrics);
		metrics.bindTo(second);
		snooze(metrics);
		assertThat(finished(first, "q", "h", "snoozed")).isEqualTo(2);
		assertThat(finished(second, "q", "h", "snoozed")).isEqualTo(2);
		assertThat(counter(first, "jobqueue.recurring.misfires", "q", "h")).isEqualTo(2);
		assertThat(counter(second, "jobqueue.recurring.misfires", "q", "h")).isEqualTo(2);
		assertThat(execution(first, "q", "h", "snoozed").count()).isEqualTo(2);
		assertThat(execution(second, "q", "h", "snoozed").count()).isEqualTo(1);
		assertThat(second.get("jobqueue.job.wait").timer().count()).isEqualTo(1);
		assertThat(second.get("jobqueue.exchange").tag("result", "error").timer().count()).isEqualTo(1);
	}

	private static ConditionFactory patiently() {
		return await().atMost(Duration.ofSeconds(60));
	}

	private static void snooze(JobQueueMetrics metrics) {
		metrics.started("q", "h", Duration.ofMillis(1));
		metrics.finished("q", "h", JobEvent.Type.SNOOZED, Duration.ofMillis(1));
		metrics.exchangeFailed("p", Duration.ofMillis(1));
		metrics.misfired("q", "h");
	}

	private static double workflows(MeterRegistry registry, String name, String state) {
		return registry.get("jobqueue.finished.workflows")
			.tags("workflow", name, "state", state)
			.functionCounter()
			.count();
	}

	private static double finished(MeterRegistry registry, String queue, String handler, String outcome) {
		return registry.get("jobqueue.finished.jobs")
			.tags("queue", queue, "handler", handler, "outcome", outcome)
			.functionCounter()
			.count();
	}

	private static double counter(MeterRegistry registry, String name, String queue, String handler) {
		FunctionCounter counter = registry.get(name).tags("queue", queue, "handler", handler).functionCounter();
		return counter.count();
	}

	private static Timer execution(MeterRegistry registry, String queue, String handler, String outcome) {
		return registry.get("jobqueue.job.execution")
			.tags("queue", queue, "handler", handler, "outcome", outcome)
			.timer();
	}

	private static double worker(MeterRegistry registry, String name) {
		return registry.get("jobqueue.worker." + name).tag("pool", "default").gauge().value();
	}

	private static double depth(MeterRegistry registry, String queue, String state) {
		return registry.get("jobqueue.queue.depth").tags("queue", queue, "state", state).gauge().value();
	}

	private static double queue(MeterRegistry registry, String name, String queue) {
		Gauge gauge = registry.get("jobqueue.queue." + name).tag("queue", queue).gauge();
		return gauge.value();
	}

	static class Jobs {

		final CountDownLatch latch = new CountDownLatch(1);

		@Job(name = "work", queue = "mail")
		void work() {
		}

		@Job(name = "recur", queue = "mail", cron = "0 0 6 29 2 *")
		void recur() {
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
