package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.test.postgres.PostgresServer;
import io.jobqueue.worker.JobWorker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * Applications that share the jobs of one schema, and what becomes of jobs when one of
 * them stops.
 */
class NodesOnPostgresIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final TimeZone timeZone = TimeZone.getDefault();

	private final String schema = PostgresServer.get().newSchema();

	private final ApplicationContextRunner runner = PostgresApplication.in(this.schema);

	private final ApplicationContextRunner enqueuer = this.runner.withPropertyValues("job-queue.worker.enabled=false");

	@AfterEach
	void resetTimeZone() {
		TimeZone.setDefault(this.timeZone);
	}

	@Test
	void nodesShareTheWork() {
		Work first = new Work();
		Work second = new Work();
		ApplicationContextRunner node = this.runner.withPropertyValues("job-queue.worker.concurrency=4");
		node.withBean(Work.class, () -> first).run((one) -> node.withBean(Work.class, () -> second).run((two) -> {
			await().atMost(PATIENCE).until(() -> one.getBean(JobAdmin.class).nodes().size() == 2);
			// As many blocking jobs as both nodes have threads.
			one.getBean(JobTemplate.class).enqueueAll(Work::block, IntStream.range(0, 8).mapToObj(Integer::toString));
			await().atMost(PATIENCE).until(() -> first.started.size() + second.started.size() == 8);
			assertThat(first.started).hasSize(4);
			assertThat(second.started).hasSize(4);
			first.latch.countDown();
			second.latch.countDown();
			one.getBean(JobTemplate.class).enqueueAll(Work::run, IntStream.range(0, 1000).mapToObj(Integer::toString));
			await().atMost(PATIENCE).until(() -> first.done.size() + second.done.size() == 1000);
			Set<String> both = new HashSet<>(first.done);
			both.addAll(second.done);
			assertThat(both).hasSize(1000);
		}));
	}

	@Test
	void jobWithoutHandlerOnThisNodeWaitsForOneThatHasIt() {
		this.runner.run((context) -> {
			JobAdmin admin = context.getBean(JobAdmin.class);
			JobTemplate jobs = context.getBean(JobTemplate.class);
			JobId id = jobs.enqueue("run", "later");
			Work work = new Work();
			this.runner.withBean(Work.class, () -> work).run((other) -> {
				await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
				assertThat(work.done).containsExactly("later");
				assertThat(admin.get(id).attempt()).isEqualTo(1);
			});
		});
	}

	@Test
	void nodeWithoutHandlerGoesOnWithOtherWork() {
		Work work = new Work();
		this.enqueuer.run((context) -> context.getBean(JobTemplate.class).enqueue("of.nobody"));
		this.runner.withBean(Work.class, () -> work).run((context) -> {
			JobId id = context.getBean(JobTemplate.class).enqueue(Work::run, "a");
			JobAdmin admin = context.getBean(JobAdmin.class);
			await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
			assertThat(admin.countByState()).containsEntry(JobState.AVAILABLE, 1L);
		});
	}

	@Test
	void enqueueOfOneApplicationIsRunByAnother() {
		Work work = new Work();
		this.runner.withBean(Work.class, () -> work).run((context) -> this.enqueuer.run((other) -> {
			assertThat(other).doesNotHaveBean(JobWorker.class);
			JobId id = other.getBean(JobTemplate.class).enqueue(Work::run, "a");
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(work.done).containsExactly("a"));
			await().atMost(PATIENCE).until(() -> other.getBean(JobAdmin.class).get(id).state() == JobState.SUCCEEDED);
		}));
	}

	@Test
	void workerStopsAndStartsWithTheContext() {
		Work work = new Work();
		this.runner.withBean(Work.class, () -> work).run((context) -> {
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			JobAdmin admin = context.getBean(JobAdmin.class);
			awaitRun(context, work, "first");
			List<Long> nodes = new ArrayList<>();
			admin.nodes().forEach((node) -> nodes.add(node.id()));
			source.pause();
			// The last word to the store is not waited for.
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(admin.nodes()).isEmpty());
			context.getBean(JobTemplate.class).enqueue(Work::run, "while paused");
			source.restart();
			await().atMost(PATIENCE).until(() -> work.done.contains("while paused"));
			awaitRun(context, work, "after restart");
			assertThat(admin.nodes()).singleElement().satisfies((node) -> assertThat(nodes).doesNotContain(node.id()));
			source.stop();
			source.start();
			awaitRun(context, work, "after start");
		});
	}

	@Test
	void jobThatIsInterruptedByTheEndOfItsNodeRunsElsewhereWithoutLosingAnAttempt() {
		Work first = new Work();
		Work second = new Work();
		second.latch.countDown();
		this.runner.withBean(Work.class, () -> first)
			.withPropertyValues("job-queue.worker.shutdown-timeout=100ms")
			.run((context) -> {
				context.getBean(JobTemplate.class).enqueue(Work::block, "a");
				await().atMost(PATIENCE).until(() -> first.started.contains("a"));
			});
		this.runner.withBean(Work.class, () -> second).run((context) -> {
			await().atMost(PATIENCE).until(() -> second.started.contains("a"));
			JobAdmin admin = context.getBean(JobAdmin.class);
			await().atMost(PATIENCE).until(() -> admin.countByState().get(JobState.SUCCEEDED) == 1);
			assertThat(admin.find(JobFilter.all(), null, 1)).singleElement().satisfies((job) -> {
				assertThat(job.attempt()).isEqualTo(1);
				assertThat(job.failures()).isEmpty();
			});
		});
	}

	@Test
	void lazyInitializationStillWorksJobs() {
		Work work = new Work();
		JobId[] id = new JobId[1];
		this.enqueuer.run((context) -> id[0] = context.getBean(JobTemplate.class).enqueue("run", "a"));
		this.runner.withBean(Work.class, () -> work)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> await().atMost(PATIENCE).untilAsserted(() -> assertThat(work.done).containsExactly("a")));
	}

	@Test
	void timeZonesDoNotMatter() {
		TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
		this.enqueuer.run((context) -> {
			JobTemplate jobs = context.getBean(JobTemplate.class);
			Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
			Instant due = before.plusSeconds(3);
			JobId id = jobs.job(Work::run, "at").at(due).enqueue();
			JobId later = jobs.job(Work::run, "in").in(Duration.ofHours(1)).enqueue();
			List<JobId> many = jobs.enqueueAll(IntStream.range(0, 2)
				.mapToObj((i) -> jobs.job(Work::run, "many " + i).at(due.plusSeconds(3600)).request()));
			TimeZone.setDefault(TimeZone.getTimeZone("America/Anchorage"));
			Work work = new Work();
			this.runner.withBean(Work.class, () -> work).run((other) -> {
				JobAdmin admin = other.getBean(JobAdmin.class);
				assertThat(admin.get(id).createdAt()).isCloseTo(before, within(1, ChronoUnit.MINUTES));
				assertThat(admin.get(id).runAt()).isEqualTo(due);
				assertThat(admin.get(later).runAt()).isCloseTo(before.plusSeconds(3600), within(1, ChronoUnit.MINUTES));
				assertThat(many)
					.allSatisfy((each) -> assertThat(admin.get(each).runAt()).isEqualTo(due.plusSeconds(3600)));
				await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
				JobRecord done = admin.get(id);
				assertThat(done.startedAt()).isAfterOrEqualTo(due).isBefore(due.plus(PATIENCE));
				assertThat(work.done).containsExactly("at");
			});
		});
	}

	private static void awaitRun(ApplicationContext context, Work work, String name) {
		context.getBean(JobTemplate.class).enqueue(Work::run, name);
		await().atMost(PATIENCE).until(() -> work.done.contains(name));
	}

	static class Work {

		final List<String> started = new CopyOnWriteArrayList<>();

		final List<String> done = new CopyOnWriteArrayList<>();

		final CountDownLatch latch = new CountDownLatch(1);

		@Job("run")
		void run(String name) {
			this.done.add(name);
		}

		@Job("block")
		void block(String name) throws InterruptedException {
			this.started.add(name);
			this.latch.await();
		}

	}

}
