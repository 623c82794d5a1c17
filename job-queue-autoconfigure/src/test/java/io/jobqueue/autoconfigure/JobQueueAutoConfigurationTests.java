package io.jobqueue.autoconfigure;

import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobEnqueuer;
import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobRejectedException;
import io.jobqueue.JobRequest;
import io.jobqueue.JobResult;
import io.jobqueue.JobSpec;
import io.jobqueue.JobState;
import io.jobqueue.JobTarget;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.annotation.JobAnnotationBeanPostProcessor;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobEvents;
import io.jobqueue.event.JobListener;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.worker.EphemeralOptions;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class JobQueueAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final ApplicationContextRunner withoutStore = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutStore.withPropertyValues("job-queue.store=memory");

	@Test
	void memoryIsUsedWhenItIsNamed() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			assertThat(context).getBean("jobStore").isInstanceOf(MemoryJobStore.class);
			assertThat(context).hasSingleBean(JobTemplate.class).hasBean("jobTemplate");
			assertThat(context).hasSingleBean(JobAdmin.class).hasBean("jobAdmin");
			assertThat(context).hasSingleBean(JobWorker.class).hasBean("jobWorker");
			assertThat(context).hasSingleBean(JobAnnotationBeanPostProcessor.class)
				.hasBean("jobAnnotationBeanPostProcessor");
			assertThat(context).hasSingleBean(StoreJobEnqueuer.class);
			assertThat(context).hasSingleBean(JacksonJobSerializer.class);
			assertThat(context).hasSingleBean(JobEvents.class);
			assertThat(context.getBean(JobHandlerRegistry.class).isComplete()).isTrue();
			assertHandlesJob(context);
		});
	}

	@Test
	void withoutStoreTheStartFails() {
		this.withoutStore.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(JobStoreSetupException.class)
			.hasMessageContaining("There is no store for jobs")
			.hasMessageContaining("there is no DataSource bean"));
	}

	@Test
	void whenPostgresIsNamedWithoutDataSourceTheStartFails() {
		this.withoutStore.withPropertyValues("job-queue.store=postgres")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(JobStoreSetupException.class)
				.hasMessageContaining("job-queue.store is 'postgres'")
				.hasMessageContaining("there is no DataSource bean"));
	}

	@Test
	void whenPostgresIsNamedWithoutDriverTheStartFails() {
		this.withoutStore.withBean(DataSource.class, () -> mock(DataSource.class))
			.withClassLoader(new FilteredClassLoader("org.postgresql"))
			.withPropertyValues("job-queue.store=postgres")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("the PostgreSQL driver is not on the class path"));
	}

	@Test
	void withoutSpringJdbcPostgresIsNoCandidate() {
		this.withoutStore.withClassLoader(new FilteredClassLoader("org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Spring's JDBC support is not on the class path"));
	}

	@Test
	void conditionsReportTellsWhyAStoreIsNotUsed() {
		this.runner.run((context) -> {
			ConditionEvaluationReport report = ConditionEvaluationReport.get(context.getBeanFactory());
			assertThat(
					report.getConditionAndOutcomesBySource().get(JobQueueStoreConfigurations.Postgres.class.getName()))
				.extracting((each) -> each.getOutcome().getMessage())
				.contains("@ConditionalOnJobStore (POSTGRES) MEMORY is chosen");
		});
	}

	@Test
	void whenItIsDisabledThereIsNothing() {
		this.withoutStore.withPropertyValues("job-queue.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(JobOperations.class)
				.doesNotHaveBean(JobWorker.class)
				.doesNotHaveBean(JobAnnotationBeanPostProcessor.class)
				.doesNotHaveBean(JobQueueProperties.class));
	}

	@Test
	void whenTheWorkerIsDisabledTheApplicationOnlyEnqueues() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.worker.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(JobWorker.class)
					.doesNotHaveBean(JobEvents.class)
					.doesNotHaveBean("jobQueueTaskExecutor");
				JobId id = context.getBean(JobTemplate.class).enqueue(Jobs::greet, "somebody");
				assertThat(context.getBean(JobAdmin.class).get(id).state()).isEqualTo(JobState.AVAILABLE);
			});
	}

	@Test
	void withoutHandlersTheApplicationEnqueuesForAll() {
		this.runner.run((context) -> assertThat(context.getBean(JobTemplate.class).enqueue("of.another.application"))
			.isNotNull());
	}

	@Test
	void withoutAutoStartupTheWorkerWaitsForItsStart() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.worker.auto-startup=false")
			.run((context) -> {
				JobWorker worker = context.getBean(JobWorker.class);
				assertThat(worker.isRunning()).isFalse();
				worker.start();
				assertHandlesJob(context);
			});
	}

	// Every bean backs off

	@Test
	void whenUserDefinesJobStoreThenAutoConfiguredOneBacksOff() {
		MemoryJobStore store = new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT);
		this.withoutStore.withBean("mine", JobStore.class, () -> store)
			.withUserConfiguration(Jobs.class)
			.run((context) -> {
				assertThat(context).getBean(JobStore.class).isSameAs(store);
				assertHandlesJob(context);
			});
	}

	@Test
	void whenUserDefinesJobOperationsThenAutoConfiguredOneBacksOff() {
		this.runner.withBean("mine", JobOperations.class, UserJobOperations::new)
			.run((context) -> assertThat(context).hasSingleBean(JobOperations.class)
				.doesNotHaveBean(JobTemplate.class));
	}

	@Test
	void whenUserDefinesJobEnqueuerThenAutoConfiguredOneBacksOff() {
		JobEnqueuer enqueuer = (requests) -> List.of(EnqueueResult.enqueued(JobId.of(42)));
		this.runner.withBean("mine", JobEnqueuer.class, () -> enqueuer).run((context) -> {
			assertThat(context).getBean(JobEnqueuer.class).isSameAs(enqueuer);
			assertThat(context.getBean(JobTemplate.class).enqueue("any")).isEqualTo(JobId.of(42));
		});
	}

	@Test
	void whenUserDefinesJobAdminThenAutoConfiguredOneBacksOff() {
		JobAdmin admin = mock(JobAdmin.class);
		this.runner.withBean("mine", JobAdmin.class, () -> admin)
			.run((context) -> assertThat(context).getBean(JobAdmin.class).isSameAs(admin));
	}

	@Test
	void whenUserDefinesJobHandlerRegistryThenAutoConfiguredOneBacksOff() {
		JobHandlerRegistry registry = new JobHandlerRegistry();
		this.runner.withBean("mine", JobHandlerRegistry.class, () -> registry)
			.withUserConfiguration(Jobs.class)
			.run((context) -> {
				assertThat(context).getBean(JobHandlerRegistry.class).isSameAs(registry);
				assertThat(registry.find("greet")).isNotNull();
			});
	}

	@Test
	void whenUserDefinesJobAnnotationBeanPostProcessorThenAutoConfiguredOneBacksOff() {
		this.runner.withUserConfiguration(Jobs.class, UserPostProcessor.class)
			.run((context) -> assertThat(context).hasSingleBean(JobAnnotationBeanPostProcessor.class).hasBean("mine"));
	}

	@Test
	void whenUserDefinesJobSerializerThenAutoConfiguredOneBacksOff() {
		JobSerializer serializer = new UserJobSerializer();
		this.runner.withBean("mine", JobSerializer.class, () -> serializer).run((context) -> {
			assertThat(context).getBean(JobSerializer.class).isSameAs(serializer);
			JobId id = context.getBean(JobTemplate.class).enqueue("any", "secret");
			assertThat(context.getBean(JobAdmin.class).get(id).arguments()).isEqualTo("[]");
		});
	}

	@Test
	void whenUserDefinesJobEventsThenAutoConfiguredOneBacksOff() {
		JobEvents events = new JobEvents(List.of());
		this.runner.withBean("mine", JobEvents.class, () -> events)
			.run((context) -> assertThat(context).getBean(JobEvents.class).isSameAs(events));
	}

	@Test
	void whenUserDefinesJobWorkerThenAutoConfiguredOneBacksOff() {
		this.runner.withUserConfiguration(UserWorker.class)
			.run((context) -> assertThat(context).hasSingleBean(JobWorker.class).hasBean("mine"));
	}

	@Test
	void whenUserDefinesTaskExecutorByNameThenAutoConfiguredOneBacksOff() {
		List<Runnable> runners = new CopyOnWriteArrayList<>();
		this.runner.withBean("jobQueueTaskExecutor", Executor.class, () -> (task) -> {
			runners.add(task);
			new SimpleAsyncTaskExecutor("mine-").execute(task);
		}).withUserConfiguration(Jobs.class).run((context) -> {
			assertHandlesJob(context);
			assertThat(context.getBean(Jobs.class).threads).allMatch((thread) -> thread.startsWith("mine-"));
		});
	}

	// Threads

	@Test
	void platformThreadsAreAsManyAsAllPoolsNeed() {
		this.runner
			.withPropertyValues("job-queue.worker.concurrency=3", "job-queue.worker.pools.mail.queues=mail",
					"job-queue.worker.pools.mail.concurrency=4", "job-queue.ephemeral.concurrency=2")
			.withUserConfiguration(Jobs.class)
			.run((context) -> {
				assertThat(context.getBean("jobQueueTaskExecutor")).isInstanceOfSatisfying(ThreadPoolTaskExecutor.class,
						(executor) -> {
							assertThat(executor.getCorePoolSize()).isEqualTo(9);
							assertThat(executor.getMaxPoolSize()).isEqualTo(9);
						});
				assertHandlesJob(context);
				assertThat(context.getBean(Jobs.class).threads).allMatch((thread) -> thread.startsWith("job-queue-"));
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreUsedWhenTheyAreEnabled() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.withUserConfiguration(Jobs.class)
			.run((context) -> {
				assertThat(context.getBean("jobQueueTaskExecutor")).isInstanceOf(SimpleAsyncTaskExecutor.class);
				assertHandlesJob(context);
				assertThat(context.getBean(Jobs.class).threads)
					.allMatch((thread) -> thread.startsWith("job-queue-") && thread.endsWith(" virtual"));
			});
	}

	@Test
	void executorDoesNotReplaceTheOneOfTheApplication() {
		this.runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class)).run((context) -> {
			assertThat(context).hasBean("applicationTaskExecutor");
			assertThat(context.getBeanProvider(Executor.class).getIfUnique())
				.isSameAs(context.getBean("applicationTaskExecutor"));
		});
	}

	// Serialization

	@Test
	void serializerUsesModulesOfTheApplicationButNotItsWebSettings() {
		this.runner.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withBean("webSettings", JsonMapperBuilderCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
			.run((context) -> {
				assertThat(context).hasSingleBean(JsonMapper.class);
				JobId id = context.getBean(JobTemplate.class).enqueue("any", new Point(1));
				assertThat(context.getBean(JobAdmin.class).get(id).arguments()).isEqualTo("[{\"xAxis\":1}]");
			});
	}

	// Retries

	@Test
	void retriesFollowTheProperties() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.retry.delay=2h", "job-queue.retry.max-delay=2h", "job-queue.retry.jitter=0",
					"job-queue.retry.max-attempts=3")
			.run((context) -> {
				JobTemplate jobs = context.getBean(JobTemplate.class);
				JobAdmin admin = context.getBean(JobAdmin.class);
				// The second handler has settings of its own, on top of the properties.
				for (JobId id : List.of(jobs.enqueue(Jobs::fail), jobs.enqueue(Jobs::failWithSettings))) {
					await().atMost(PATIENCE).until(() -> admin.get(id).isRetry());
					assertThat(admin.get(id).maxAttempts()).isEqualTo(3);
					assertThat(admin.get(id).runAt()).isCloseTo(Instant.now().plus(Duration.ofHours(2)),
							within(1, ChronoUnit.MINUTES));
				}
			});
	}

	@Test
	void retriesFollowTheListOfTheProperties() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.retry.delays=3h,1s")
			.run((context) -> assertDelayOfFirstRetry(context, Duration.ofHours(3)));
	}

	@Test
	void retriesFollowThePolicyThatThePropertiesNameAndNoOther() {
		ApplicationContextRunner withPolicies = this.runner.withUserConfiguration(Jobs.class)
			.withBean("patient", RetryPolicy.class, () -> (failed, failure) -> Duration.ofHours(5))
			.withPropertyValues("job-queue.retry.delay=2h", "job-queue.retry.max-delay=2h", "job-queue.retry.jitter=0");
		withPolicies.run((context) -> assertDelayOfFirstRetry(context, Duration.ofHours(2)));
		withPolicies.withPropertyValues("job-queue.retry.policy=patient")
			.run((context) -> assertDelayOfFirstRetry(context, Duration.ofHours(5)));
	}

	private static void assertDelayOfFirstRetry(ApplicationContext context, Duration expected) {
		JobAdmin admin = context.getBean(JobAdmin.class);
		JobId id = context.getBean(JobTemplate.class).enqueue(Jobs::fail);
		await().atMost(PATIENCE).until(() -> admin.get(id).isRetry());
		assertThat(admin.get(id).runAt()).isCloseTo(Instant.now().plus(expected), within(1, ChronoUnit.MINUTES));
	}

	// Ephemeral jobs

	@Test
	void ephemeralJobsRunOnThreadsOfTheirOwnAndDurableOnesInTheStore() {
		this.runner.withUserConfiguration(Jobs.class, Listeners.class).run((context) -> {
			Jobs beans = context.getBean(Jobs.class);
			JobTemplate jobs = context.getBean(JobTemplate.class);
			assertThat(jobs.enqueue(Jobs::flash).isEphemeral()).isTrue();
			assertThat(jobs.job(Jobs::greet, "you").ephemeral().enqueue().isEphemeral()).isTrue();
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(beans.greeted).containsExactlyInAnyOrder("flash", "you"));
			JobId durable = jobs.job(Jobs::flash).durable().enqueue();
			await().atMost(PATIENCE)
				.until(() -> context.getBean(JobAdmin.class).get(durable).state() == JobState.SUCCEEDED);
			await().atMost(PATIENCE).until(() -> context.getBean(Listeners.class).told.size() == 6);
		});
	}

	@Test
	void ephemeralJobsAreDrainedBeforeTheContextIsClosed() {
		Jobs beans = new Jobs();
		this.runner.withBean(Jobs.class, () -> beans)
			.withPropertyValues("job-queue.ephemeral.concurrency=1")
			.run((context) -> IntStream.range(0, 100)
				.forEach((i) -> context.getBean(JobTemplate.class).enqueue(Jobs::flash)));
		assertThat(beans.greeted).hasSize(100);
	}

	@Test
	void ephemeralJobsFollowTheProperties() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.worker.auto-startup=false", "job-queue.ephemeral.capacity=2",
					"job-queue.ephemeral.on-full=throw")
			.run((context) -> {
				JobTemplate jobs = context.getBean(JobTemplate.class);
				jobs.enqueue(Jobs::flash);
				jobs.enqueue(Jobs::flash);
				assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> jobs.enqueue(Jobs::flash))
					.withMessageContaining("of at most 2");
				context.getBean(EphemeralWorker.class).start();
				await().atMost(PATIENCE).until(() -> context.getBean(Jobs.class).greeted.size() == 2);
			});
	}

	@Test
	void applicationThatOnlyEnqueuesTakesNoEphemeralJobs() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.worker.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(EphemeralWorker.class);
				assertThatExceptionOfType(JobRejectedException.class)
					.isThrownBy(() -> context.getBean(JobTemplate.class).enqueue(Jobs::flash))
					.withMessageContaining("job-queue.worker.enabled");
			});
	}

	@Test
	void whenUserDefinesEphemeralWorkerThenAutoConfiguredOneBacksOff() {
		EphemeralWorker worker = new EphemeralWorker(new JobHandlerRegistry(), new UserJobSerializer(),
				EphemeralOptions.DEFAULT, Backoff.DEFAULT, Runnable::run, new JobEvents(List.of()), List.of(),
				JobMetrics.NONE, Clock.systemUTC(), false);
		this.runner.withBean("mine", EphemeralWorker.class, () -> worker)
			.run((context) -> assertThat(context).getBean(EphemeralWorker.class).isSameAs(worker));
	}

	// Events

	@Test
	void listenersAreTold() {
		this.runner.withUserConfiguration(Jobs.class, Listeners.class).run((context) -> {
			assertHandlesJob(context);
			List<String> told = context.getBean(Listeners.class).told;
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(told).containsExactlyInAnyOrder("first SUCCEEDED", "second SUCCEEDED"));
		});
	}

	@Test
	void applicationEventsArePublishedOnRequest() {
		this.runner.withUserConfiguration(Jobs.class, EventListeners.class)
			.withPropertyValues("job-queue.application-events=true")
			.run((context) -> {
				assertHandlesJob(context);
				List<JobEvent.Type> told = context.getBean(EventListeners.class).told;
				await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).containsExactly(JobEvent.Type.SUCCEEDED));
			});
		this.runner.run((context) -> assertThat(context).doesNotHaveBean("applicationEventJobListener"));
	}

	// Life

	@Test
	void lazyInitializationStillWorksJobs() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withUserConfiguration(Jobs.class)
			.run((context) -> {
				ConfigurableApplicationContext source = context.getSourceApplicationContext();
				assertThat(source.getBeanFactory().containsSingleton("jobWorker")).isTrue();
				assertThat(source.getBeanFactory().containsSingleton("jobTemplate")).isFalse();
				assertThat(
						source.getBeanFactory().getBeanDefinition("jobQueueAutoConfigurationTests.Jobs").isLazyInit())
					.isTrue();
				assertHandlesJob(context);
			});
	}

	@Test
	void workerStopsAndStartsWithTheContext() {
		this.runner.withUserConfiguration(Jobs.class).run((context) -> {
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			JobWorker worker = context.getBean(JobWorker.class);
			assertHandlesJob(context);
			source.stop();
			assertThat(worker.isRunning()).isFalse();
			source.start();
			assertHandlesJob(context);
			source.pause();
			assertThat(worker.isRunning()).isFalse();
			JobId whilePaused = context.getBean(JobTemplate.class).enqueue(Jobs::greet, "later");
			assertThat(context.getBean(JobAdmin.class).get(whilePaused).state()).isEqualTo(JobState.AVAILABLE);
			source.restart();
			await().atMost(PATIENCE)
				.until(() -> context.getBean(JobAdmin.class).get(whilePaused).state() == JobState.SUCCEEDED);
			assertHandlesJob(context);
		});
	}

	@Test
	void workerIsStoppedWhenTheStoreIsClosed() {
		Jobs jobs = new Jobs();
		this.runner.withBean(Jobs.class, () -> jobs).run((context) -> {
			JobWorker worker = context.getBean(JobWorker.class);
			assertThat(worker.isRunning()).isTrue();
			context.close();
			assertThat(worker.isRunning()).isFalse();
		});
	}

	@Test
	void nodeIsCalledByApplicationHostAndProcess() {
		this.runner.withPropertyValues("spring.application.name=shop")
			.run((context) -> assertThat(context.getBean(JobWorker.class).status().name())
				.matches("shop@.+:" + ProcessHandle.current().pid()));
		this.runner.withPropertyValues("spring.application.name=shop", "job-queue.worker.node-name=blue")
			.run((context) -> assertThat(context.getBean(JobWorker.class).status().name()).isEqualTo("blue"));
	}

	@Test
	void queuesOfHandlersAndConfigurationAreWorked() {
		this.runner.withUserConfiguration(Jobs.class)
			.withPropertyValues("job-queue.queues.reports.concurrency=1")
			.run((context) -> assertThat(context.getBean(JobWorker.class).status().queues()).containsExactly("default",
					"mail", "reports"));
	}

	@Test
	void warnsIfTheShutdownTakesLongerThanItsPhase(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output).doesNotContain("shutdown-timeout"));
		this.runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=25s")
			.run((context) -> assertThat(output).contains(
					"job-queue.worker.shutdown-timeout (PT25S) is not shorter than spring.lifecycle.timeout-per-shutdown-phase (PT25S)"));
	}

	@Test
	void jobThatIgnoresItsInterruptDoesNotDelayTheEndOfTheContext() {
		Jobs jobs = new Jobs();
		this.runner.withBean(Jobs.class, () -> jobs)
			.withPropertyValues("job-queue.worker.shutdown-timeout=0s")
			.run((context) -> {
				context.getBean(JobTemplate.class).enqueue(Jobs::spin);
				await().atMost(PATIENCE).until(() -> jobs.isSpinning);
				long start = System.nanoTime();
				context.close();
				// Far more than a slow machine needs, less than the context would wait.
				assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
				jobs.isReleased = true;
			});
	}

	private static void assertHandlesJob(AssertableApplicationContext context) {
		JobId id = context.getBean(JobTemplate.class).enqueue(Jobs::greet, "world");
		JobAdmin admin = context.getBean(JobAdmin.class);
		await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
		assertThat(context.getBean(Jobs.class).greeted).contains("world");
	}

	record Point(int xAxis) {
	}

	static class Jobs {

		final List<String> greeted = new CopyOnWriteArrayList<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		volatile boolean isSpinning;

		volatile boolean isReleased;

		@Job("greet")
		void greet(String name) {
			Thread thread = Thread.currentThread();
			this.threads.add(thread.getName() + (thread.toString().startsWith("VirtualThread") ? " virtual" : ""));
			this.greeted.add(name);
		}

		@Job(name = "mail", queue = "mail")
		void mail() {
		}

		@Job(name = "flash", durable = false)
		void flash() {
			this.greeted.add("flash");
		}

		@Job("fail")
		void fail() {
			throw new IllegalStateException("as intended");
		}

		@Job(name = "failWithSettings", retryMultiplier = "3")
		void failWithSettings() {
			throw new IllegalStateException("as intended");
		}

		@Job("spin")
		void spin() {
			this.isSpinning = true;
			while (!this.isReleased) {
				Thread.onSpinWait();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		final List<String> told = new CopyOnWriteArrayList<>();

		@Bean
		JobListener second() {
			return (event) -> this.told.add("second " + event.type());
		}

		@Bean
		JobListener first() {
			return new JobListener() {

				@Override
				public void onJobEvent(JobEvent event) {
					Listeners.this.told.add("first " + event.type());
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EventListeners {

		final List<JobEvent.Type> told = new CopyOnWriteArrayList<>();

		@EventListener
		void onJobEvent(JobEvent event) {
			this.told.add(event.type());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserPostProcessor {

		@Bean
		static JobAnnotationBeanPostProcessor mine(ApplicationContext context) {
			return new JobAnnotationBeanPostProcessor(((ConfigurableApplicationContext) context).getBeanFactory(),
					() -> context.getBean(JobHandlerRegistry.class), () -> Backoff.DEFAULT, null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserWorker {

		@Bean
		JobWorker mine(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer) {
			return new JobWorker(store, handlers, serializer, WorkerOptions.of(PoolOptions.of(1, "default")),
					new SyncTaskExecutor(), new JobEvents(List.of()), Clock.systemUTC(), false);
		}

	}

	static class UserJobOperations implements JobOperations {

		@Override
		public JobSpec job(JobTarget target, @Nullable Object... arguments) {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<JobId> enqueueAll(Stream<JobRequest> requests) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void enqueueAll(Stream<JobRequest> requests, Consumer<? super EnqueueResult> results) {
			throw new UnsupportedOperationException();
		}

		@Override
		public JobResult await(JobId id, Duration timeout) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<JobResult> future(JobId id) {
			throw new UnsupportedOperationException();
		}

	}

	static class UserJobSerializer implements JobSerializer {

		@Override
		public String writeArguments(List<? extends @Nullable Object> arguments) {
			return "[]";
		}

		@Override
		public @Nullable Object[] readArguments(String json, List<Type> types) {
			return new Object[0];
		}

		@Override
		public String writeResult(Object result) {
			return "null";
		}

		@Override
		public @Nullable Object readResult(String json, Type type) {
			return null;
		}

	}

}
