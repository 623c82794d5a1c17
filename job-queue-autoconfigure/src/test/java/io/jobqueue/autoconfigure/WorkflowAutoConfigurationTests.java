package io.jobqueue.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.jobqueue.JobContext;
import io.jobqueue.JobFailure;
import io.jobqueue.JobOperations;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.BatchResult;
import io.jobqueue.workflow.InvalidWorkflowException;
import io.jobqueue.workflow.TaskResult;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowContext;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowListener;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Workflows and batches of an application, whose handlers are methods of beans.
 */
class WorkflowAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory", "job-queue.retry.max-attempts=1")
		.withUserConfiguration(Bar.class);

	@Test
	void smoothieIsMade() {
		this.runner.run((context) -> {
			WorkflowHandle handle = context.getBean(Orders.class).order("you");
			WorkflowStatus status = handle.await(PATIENCE);
			assertThat(status.state()).isEqualTo(WorkflowState.SUCCEEDED);
			assertThat(handle.result("blend", String.class)).isEqualTo("diced banana with diced mango for you");
			assertThat(handle.tasks()).extracting(TaskStatus::state)
				.containsExactly(JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.FAILED);
			Queue<String> printed = context.getBean(Bar.class).printed;
			await().atMost(PATIENCE).until(() -> printed.size() == 9);
			List<String> lines = List.copyOf(printed);
			assertThat(lines).containsSubsequence("dice-banana is AVAILABLE", "dice-banana is SUCCEEDED",
					"blend is AVAILABLE", "blend is SUCCEEDED", "garnish is AVAILABLE", "garnish is FAILED",
					"workflow is SUCCEEDED");
			assertThat(lines).containsSubsequence("dice-mango is AVAILABLE", "dice-mango is SUCCEEDED",
					"blend is AVAILABLE");
		});
	}

	@Test
	void taskAddsTasksByTheirMethods() {
		this.runner.run((context) -> {
			WorkflowHandle handle = context.getBean(Workflows.class)
				.define("tasted")
				.input("you")
				.task("dice-banana", context.getBean(JobTemplate.class).job(Kitchen::dice, "banana"))
				.task("dice-mango", context.getBean(JobTemplate.class).job(Kitchen::dice, "mango"))
				.task("blend", Kitchen::blend)
				.after("dice-banana", "dice-mango")
				.task("taste", Kitchen::taste)
				.after("blend")
				.task("tidy", Kitchen::tidy)
				.start();
			assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
			assertThat(handle.result("serve", String.class)).isEqualTo("diced banana with diced mango for you on ice");
			assertThat(handle.result("note", String.class)).isEqualTo("wipe before note in attempt 1");
			assertThat(handle.result("ice", String.class)).isEqualTo("ice");
			assertThat(handle.tasks()).filteredOn((task) -> task.name().equals("serve"))
				.flatExtracting(TaskStatus::after)
				.containsExactly("taste", "crush");
		});
	}

	@Test
	void batchCallsBack() {
		this.runner.run((context) -> {
			Batch batch = context.getBean(Orders.class).send(Stream.of("a@example.org", "b@example.org", "nowhere"));
			assertThat(batch.await(PATIENCE).state()).isEqualTo(WorkflowState.FAILED);
			Queue<String> printed = context.getBean(Bar.class).printed;
			await().atMost(PATIENCE).until(() -> printed.contains("2 of 3 letters sent"));
		});
	}

	@Test
	void whoIsNoTaskIsToldSo() {
		this.runner.run((context) -> {
			JobOperations jobs = context.getBean(JobTemplate.class);
			var id = jobs.enqueue("kitchen.blend");
			JobStore store = context.getBean(JobStore.class);
			await().atMost(PATIENCE).until(() -> store.admin().get(id).state() == JobState.FAILED);
			assertThat(store.admin().get(id).failures()).extracting(JobFailure::message)
				.first()
				.asString()
				.contains("is no task of a workflow", "Workflows.define(..)");
		});
	}

	@Test
	void suppliedParametersAreNoArguments() {
		this.runner.run((context) -> {
			WorkflowSpec wrong = context.getBean(Workflows.class)
				.define("wrong")
				.task("dice", "kitchen.dice")
				.task("blend", context.getBean(JobTemplate.class).job("kitchen.blend", "too much"))
				.after("dice");
			assertThatExceptionOfType(InvalidWorkflowException.class).isThrownBy(wrong::start)
				.satisfies((ex) -> assertThat(ex.errors()).hasSize(2))
				.withMessageContainingAll("task 'dice'", "task 'blend'");
		});
	}

	@Test
	void runnerStopsAfterTheWorker() {
		assertThat(WorkflowRunner.PHASE).isLessThan(JobWorker.PHASE);
	}

	@Test
	void applicationThatWorksNoJobsCanStartWorkflows() {
		MemoryJobStore shared = new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT);
		this.runner.withBean(JobStore.class, () -> shared)
			.withPropertyValues("job-queue.worker.enabled=false")
			.run((context) -> {
				WorkflowHandle handle = context.getBean(Orders.class).order("you");
				assertThat(handle.status().state()).isEqualTo(WorkflowState.RUNNING);
				this.runner.withBean(JobStore.class, () -> shared)
					.run((worker) -> assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED));
			});
	}

	@Test
	void wrongIntervalIsNamed() {
		this.runner.withPropertyValues("job-queue.workflow.interval=0s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("job-queue.workflow.interval"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Bar {

		final Queue<String> printed = new ConcurrentLinkedQueue<>();

		@Bean
		Kitchen kitchen() {
			return new Kitchen();
		}

		@Bean
		Mail mail() {
			return new Mail(this.printed);
		}

		@Bean
		Orders orders(Workflows workflows, JobTemplate jobs) {
			return new Orders(workflows, jobs);
		}

		@Bean
		WorkflowListener printer() {
			return (WorkflowEvent event) -> this.printed.add((event.task() != null)
					? event.task() + " is " + event.taskState() : "workflow is " + event.state());
		}

	}

	static class Orders {

		private final Workflows workflows;

		private final JobTemplate jobs;

		Orders(Workflows workflows, JobTemplate jobs) {
			this.workflows = workflows;
			this.jobs = jobs;
		}

		WorkflowHandle order(String guest) {
			return this.workflows.define("smoothie")
				.input(guest)
				.task("dice-banana", this.jobs.job(Kitchen::dice, "banana"))
				.task("dice-mango", this.jobs.job(Kitchen::dice, "mango"))
				.task("blend", Kitchen::blend)
				.after("dice-banana", "dice-mango")
				.task("garnish", Kitchen::garnish)
				.after("blend")
				.continueOnFailure()
				.start();
		}

		Batch send(Stream<String> addresses) {
			return this.workflows.batch("newsletter")
				.onFinished(this.jobs.job("mail.report"))
				.enqueue(addresses.map((address) -> this.jobs.job(Mail::send, address).request()));
		}

	}

	static class Kitchen {

		@Job(name = "kitchen.dice")
		String dice(String fruit) {
			return "diced " + fruit;
		}

		@Job(name = "kitchen.blend")
		String blend(@TaskResult("dice-banana") String banana, @TaskResult("dice-mango") String mango,
				WorkflowContext workflow) {
			return banana + " with " + mango + " for " + workflow.input(String.class);
		}

		@Job(name = "kitchen.taste")
		void taste(@TaskResult("blend") String smoothie, WorkflowContext workflow) {
			if (smoothie.contains("mango")) {
				workflow.add("crush", Kitchen::crush);
				workflow.add("serve", Kitchen::serve, "crush");
			}
		}

		@Job(name = "kitchen.crush")
		String crush() {
			return "ice";
		}

		@Job(name = "kitchen.serve")
		String serve(@TaskResult("blend") String smoothie, @TaskResult("crush") String ice) {
			return smoothie + " on " + ice;
		}

		@Job(name = "kitchen.tidy")
		void tidy(WorkflowContext workflow) {
			workflow.add("wipe", Kitchen::wipe);
			workflow.add("note", Kitchen::note, "wipe");
			workflow.add("ice", "kitchen.crush");
		}

		@Job(name = "kitchen.wipe")
		String wipe(WorkflowContext workflow) {
			return workflow.task();
		}

		@Job(name = "kitchen.note")
		String note(@TaskResult("wipe") String wiped, WorkflowContext workflow, JobContext job) {
			return wiped + " before " + workflow.task() + " in attempt " + job.attempt();
		}

		@Job(name = "kitchen.garnish", maxAttempts = 1)
		void garnish() {
			throw new IllegalStateException("There is no mint");
		}

	}

	static class Mail {

		private final Queue<String> printed;

		Mail(Queue<String> printed) {
			this.printed = printed;
		}

		@Job(name = "mail.send")
		void send(String address) {
			if (!address.contains("@")) {
				throw new IllegalArgumentException("That is no address");
			}
		}

		@Job(name = "mail.report")
		void report(BatchResult batch) {
			this.printed.add(batch.succeeded() + " of " + batch.jobs() + " letters sent");
		}

	}

}
