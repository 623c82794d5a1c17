package io.jobqueue.autoconfigure.observation;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.propagation.Propagator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.observation.JobEnqueueObservationConvention;
import io.jobqueue.observation.JobProcessObservationConvention;
import io.jobqueue.observation.ObservationJobInterceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

class JobQueueObservationAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class, JobQueueAutoConfiguration.class,
				JobQueueObservationAutoConfiguration.class))
		.withUserConfiguration(Jobs.class)
		.withPropertyValues("job-queue.store=memory");

	@Test
	void enqueuesAndAttemptsAreObservedOnRequest() {
		this.runner.withPropertyValues("job-queue.observation.enabled=true").withBean(Observer.class).run((context) -> {
			work(context.getBean(JobTemplate.class), context.getBean(JobAdmin.class));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(context.getBean(Observer.class).observed)
					.containsExactly("jobqueue.job.enqueue", "jobqueue.job.process"));
		});
	}

	@Test
	void conventionsOfTheApplicationAreUsed() {
		this.runner.withPropertyValues("job-queue.observation.enabled=true")
			.withBean(Observer.class)
			.withUserConfiguration(Conventions.class)
			.run((context) -> {
				work(context.getBean(JobTemplate.class), context.getBean(JobAdmin.class));
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(context.getBean(Observer.class).observed)
						.containsExactly("my.enqueue", "my.process"));
			});
	}

	@Test
	void tracingIsReasonEnough() {
		this.runner.withBean(Propagator.class, () -> mock(Propagator.class))
			.run((context) -> assertThat(context).hasSingleBean(ObservationJobInterceptor.class));
	}

	@Test
	void withoutTracingNothingIsObserved() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(ObservationRegistry.class)
			.doesNotHaveBean(ObservationJobInterceptor.class));
	}

	@Test
	void observationCanBeSwitchedOff() {
		this.runner.withBean(Propagator.class, () -> mock(Propagator.class))
			.withPropertyValues("job-queue.observation.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ObservationJobInterceptor.class));
		this.runner.withPropertyValues("job-queue.observation.enabled=true", "job-queue.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ObservationJobInterceptor.class));
	}

	@Test
	void whenUserDefinesAnInterceptorThenTheAutoConfiguredOneBacksOff() {
		ObservationJobInterceptor mine = new ObservationJobInterceptor(ObservationRegistry.NOOP, null, null);
		this.runner.withPropertyValues("job-queue.observation.enabled=true")
			.withBean("mine", ObservationJobInterceptor.class, () -> mine)
			.run((context) -> assertThat(context).getBean(ObservationJobInterceptor.class).isSameAs(mine));
	}

	@Test
	void jobsRunWithoutARegistry() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JobQueueAutoConfiguration.class, JobQueueObservationAutoConfiguration.class))
			.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.store=memory", "job-queue.observation.enabled=true")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(ObservationJobInterceptor.class);
				work(context.getBean(JobTemplate.class), context.getBean(JobAdmin.class));
			});
	}

	@Test
	void jobsRunWithoutMicrometer() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(JobQueueAutoConfiguration.class, JobQueueObservationAutoConfiguration.class))
			.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.store=memory", "job-queue.observation.enabled=true")
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("observationJobInterceptor");
				work(context.getBean(JobTemplate.class), context.getBean(JobAdmin.class));
			});
	}

	private static void work(JobTemplate jobs, JobAdmin admin) {
		JobId id = jobs.enqueue("work");
		await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
	}

	static class Jobs {

		@Job("work")
		void work() {
		}

	}

	static class Observer implements ObservationHandler<Observation.Context> {

		final Queue<String> observed = new ConcurrentLinkedQueue<>();

		@Override
		public void onStart(Observation.Context context) {
			this.observed.add(context.getName());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Conventions {

		@Bean
		JobEnqueueObservationConvention enqueueConvention() {
			return new JobEnqueueObservationConvention() {

				@Override
				public String getName() {
					return "my.enqueue";
				}

			};
		}

		@Bean
		JobProcessObservationConvention processConvention() {
			return new JobProcessObservationConvention() {

				@Override
				public String getName() {
					return "my.process";
				}

			};
		}

	}

}
