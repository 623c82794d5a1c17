package io.jobqueue.autoconfigure.health;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.mockito.stubbing.Answer;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobStoreException;
import io.jobqueue.NodeStatus;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Pulse;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.worker.JobWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
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
				assertThat(context).hasBean("jobqueueHealthContributor");
				JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
				await().atMost(Duration.ofMinutes(1))
					.until(() -> indicator.health().getDetails().containsKey("latency"));
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				assertThat(indicator.health().getDetails()).containsEntry("store", "memory")
					.containsEntry("worker", "running")
					.containsEntry("name", "blue")
					.containsEntry("queues", List.of("mail"))
					.containsEntry("running", 0)
					.containsEntry("waiting", 0)
					.containsEntry("node", 1L)
					.containsKey("lastHeartbeat")
					.hasEntrySatisfying("latency", (latency) -> assertThat((Duration) latency).isPositive())
					.doesNotContainKeys("reason", "since", "error");
			});
	}

	@Test
	void isDownWhenTheStoreDoesNotAnswer() {
		JobStore store = mock(JobStore.class);
		given(store.register(any())).willThrow(new JobStoreException("refused", null));
		this.runner.withBean(JobStore.class, () -> store).run((context) -> {
			JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
			await().atMost(Duration.ofMinutes(1)).until(() -> indicator.health().getDetails().containsKey("since"));
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("reason", "The store does not answer")
				.containsEntry("error", "io.jobqueue.JobStoreException: refused")
				.doesNotContainKeys("node", "lastHeartbeat", "latency");
		});
	}

	@Test
	void isDownWhenTheLeaseCannotBeRenewed() {
		CountDownLatch answer = new CountDownLatch(1);
		JobStore store = mock(JobStore.class, delegatesTo(new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT)));
		willAnswer((call) -> {
			answer.await();
			return new Pulse(true, Set.of());
		}).given(store).heartbeat(anyLong());
		this.runner.withBean(JobStore.class, () -> store)
			.withPropertyValues("job-queue.worker.heartbeat-interval=100ms", "job-queue.worker.dead-after=10m")
			.run((context) -> {
				try {
					JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
					await().atMost(Duration.ofMinutes(1))
						.until(() -> indicator.health().getStatus().equals(Status.DOWN)
								&& indicator.health().getDetails().containsKey("node"));
					assertThat(indicator.health().getDetails())
						.containsEntry("reason", "This node cannot renew its lease: its heartbeat is not answered")
						.doesNotContainKey("error");
				}
				finally {
					answer.countDown();
				}
			});
	}

	@Test
	void isUnknownWhenTheWorkerIsStopped() {
		this.runner.run((context) -> {
			context.getBean(JobWorker.class).stop();
			Health health = context.getBean(JobQueueHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
			assertThat(health.getDetails()).containsEntry("worker", "stopped").containsKey("reason");
		});
	}

	@Test
	void applicationThatOnlyEnqueuesIsUpWhenTheStoreAnswers() {
		this.runner.withPropertyValues("job-queue.worker.enabled=false").run((context) -> {
			JobQueueHealthIndicator indicator = context.getBean(JobQueueHealthIndicator.class);
			// A thread of its own asks, which a busy machine may start late.
			await().atMost(Duration.ofMinutes(1)).until(() -> indicator.health().getStatus().equals(Status.UP));
			Health health = patient(context.getBean(JobStore.class), Duration.ofMinutes(1)).health();
			assertThat(health.getDetails()).containsOnlyKeys("store", "worker", "nodes", "latency")
				.containsEntry("worker", "disabled")
				.containsEntry("nodes", 0);
		});
	}

	@Test
	void applicationThatOnlyEnqueuesIsDownWhenTheStoreFails() {
		JobStore store = storeWhoseNodes((call) -> {
			throw new JobStoreException("refused", null);
		});
		Health health = patient(store, Duration.ofMinutes(1)).health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("reason", "The store does not answer")
			.containsEntry("error", "io.jobqueue.JobStoreException: refused");
	}

	@Test
	void storeThatHangsIsAskedOnceAndNotWaitedFor() {
		CountDownLatch answer = new CountDownLatch(1);
		AtomicInteger questions = new AtomicInteger();
		JobStore store = storeWhoseNodes((call) -> {
			questions.incrementAndGet();
			answer.await();
			return List.of();
		});
		JobQueueHealthIndicator indicator = patient(store, Duration.ofMillis(1));
		for (int i = 0; i < 3; i++) {
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("reason", "The store does not answer")
				.hasEntrySatisfying("error", (error) -> assertThat((String) error).contains("It was asked"));
		}
		await().atMost(Duration.ofMinutes(1)).until(() -> questions.get() == 1);
		answer.countDown();
		await().atMost(Duration.ofMinutes(1)).until(() -> {
			indicator.health();
			return questions.get() > 1;
		});
	}

	private static JobQueueHealthIndicator patient(JobStore store, Duration patience) {
		return new JobQueueHealthIndicator(store, null, patience, Clock.systemUTC());
	}

	private static JobStore storeWhoseNodes(Answer<List<NodeStatus>> nodes) {
		JobStore store = mock(JobStore.class);
		JobAdmin admin = mock(JobAdmin.class);
		given(store.admin()).willReturn(admin);
		given(admin.nodes()).willAnswer(nodes);
		return store;
	}

	/**
	 * A restart does not mend a store, so an outage must not restart the application.
	 */
	@Test
	void outageLeavesTheGroupsOfProbesAlone() {
		JobStore store = mock(JobStore.class);
		given(store.register(any())).willThrow(new JobStoreException("refused", null));
		this.runner
			.withConfiguration(AutoConfigurations.of(ApplicationAvailabilityAutoConfiguration.class,
					AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
					EndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoint.health.probes.enabled=true")
			.withBean(JobStore.class, () -> store)
			.run((context) -> {
				AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
				AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
				HealthEndpoint health = context.getBean(HealthEndpoint.class);
				await().atMost(Duration.ofMinutes(1)).until(() -> status(health, "jobqueue").equals(Status.DOWN));
				assertThat(status(health, "liveness")).isEqualTo(Status.UP);
				assertThat(status(health, "readiness")).isEqualTo(Status.UP);
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				for (String name : List.of("liveness", "readiness")) {
					HealthEndpointGroup group = groups.get(name);
					assertThat(group).isNotNull();
					assertThat(group.isMember("jobqueue")).as(name).isFalse();
				}
			});
	}

	@Test
	void readinessCanDependOnIt() {
		this.runner
			.withConfiguration(AutoConfigurations.of(ApplicationAvailabilityAutoConfiguration.class,
					AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
					EndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoint.health.group.readiness.include=readinessState,jobqueue")
			.run((context) -> {
				HealthEndpointGroup readiness = context.getBean(HealthEndpointGroups.class).get("readiness");
				assertThat(readiness).isNotNull();
				assertThat(readiness.isMember("jobqueue")).isTrue();
			});
	}

	private static Status status(HealthEndpoint endpoint, String path) {
		HealthDescriptor health = endpoint.healthForPath(path);
		assertThat(health).as(path).isNotNull();
		return health.getStatus();
	}

	@Test
	void whenUserDefinesTheIndicatorThenAutoConfiguredOneBacksOff() {
		for (String name : List.of("jobqueueHealthIndicator", "jobqueueHealthContributor")) {
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
				.doesNotHaveBean("jobqueueHealthContributor"));
	}

}
