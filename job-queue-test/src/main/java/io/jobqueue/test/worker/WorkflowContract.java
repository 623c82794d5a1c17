package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.Unique;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.workflow.InvalidWorkflowException;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowAwaitTimeoutException;
import io.jobqueue.workflow.WorkflowContext;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Workflows, from their start to their end.
 */
abstract class WorkflowContract extends WorkflowWorkerContract {

	@Test
	void tasksRunInTheirOrderAndSeeWhatTheyWaitedFor() {
		node().handle("kitchen.dice", List.of(String.class), (arguments, job) -> "diced " + arguments[0])
			.handle("kitchen.blend", (arguments, job) -> {
				WorkflowContext context = this.workflows.context(job);
				return context.result("dice-banana", String.class) + " and "
						+ context.result("dice-mango", String.class) + " for " + context.input(String.class);
			})
			.handle("kitchen.serve", (arguments, job) -> {
				WorkflowContext context = this.workflows.context(job);
				return context.task() + " of " + context.name() + ": " + context.result("blend", String.class) + ", "
						+ context.result("dice-mango", String.class);
			})
			.start();
		WorkflowHandle handle = smoothie().start();
		WorkflowStatus status = handle.await(PATIENCE);
		assertThat(status.state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(status.name()).isEqualTo("smoothie");
		assertThat(status.tasks()).isEqualTo(4);
		assertThat(status.finishedTasks()).isEqualTo(4);
		assertThat(status.finishedAt()).isAfterOrEqualTo(status.createdAt());
		assertThat(handle.result("serve", String.class))
			.isEqualTo("serve of smoothie: diced banana and diced mango for you, diced mango");
		assertThat(handle.tasks()).extracting(TaskStatus::name)
			.containsExactly("dice-banana", "dice-mango", "blend", "serve");
		assertThat(handle.tasks().get(2).after()).containsExactly("dice-banana", "dice-mango");
		assertThat(handle.tasks()).extracting(TaskStatus::state).containsOnly(JobState.SUCCEEDED);
		assertThat(handle.tasks()).allSatisfy((task) -> assertThat(state(job(task))).isEqualTo(JobState.SUCCEEDED));
	}

	private WorkflowSpec smoothie() {
		return this.workflows.define("smoothie")
			.input("you")
			.task("dice-banana", this.jobs.job("kitchen.dice", "banana"))
			.task("dice-mango", this.jobs.job("kitchen.dice", "mango"))
			.task("blend", "kitchen.blend")
			.after("dice-banana", "dice-mango")
			.task("serve", "kitchen.serve")
			.after("blend");
	}

	@Test
	void firstTasksKnowWhatTheyWaitForWhereverThatIs() {
		WorkflowHandle handle = this.workflows.define("backwards")
			.task("last", "work")
			.after("middle", "first")
			.task("middle", "work")
			.after("first")
			.task("first", "work")
			.start();
		assertThat(handle.tasks(1)).isEqualTo(handle.tasks().subList(0, 1));
		assertThat(handle.tasks(1).get(0).after()).containsExactlyInAnyOrder("middle", "first");
		assertThat(handle.tasks(2)).isEqualTo(handle.tasks().subList(0, 2));
		assertThat(handle.tasks(4)).isEqualTo(handle.tasks());
		handle.cancel();
	}

	private static JobId job(TaskStatus task) {
		JobId job = task.job();
		assertThat(job).as("job of " + task.name()).isNotNull();
		return job;
	}

	@Test
	void everyTransitionIsToldInOrder() {
		node().handle("kitchen.dice", List.of(String.class), (arguments, job) -> null)
			.handle("kitchen.blend", (arguments, job) -> null)
			.handle("kitchen.serve", (arguments, job) -> null)
			.start();
		WorkflowHandle handle = smoothie().start();
		handle.await(PATIENCE);
		eventually(() -> this.events.stream().anyMatch((event) -> event.state().isFinished()));
		List<WorkflowEvent> told = List.copyOf(this.events);
		assertThat(told).extracting(WorkflowEvent::workflow).containsOnly(handle.id());
		assertThat(told).extracting(WorkflowEvent::sequence)
			.containsExactlyElementsOf(IntStream.rangeClosed(1, 9).mapToObj(Long::valueOf).toList());
		assertThat(told).extracting((event) -> event.task() + " " + event.taskState())
			.containsExactlyInAnyOrder("dice-banana AVAILABLE", "dice-mango AVAILABLE", "dice-banana SUCCEEDED",
					"dice-mango SUCCEEDED", "blend AVAILABLE", "blend SUCCEEDED", "serve AVAILABLE", "serve SUCCEEDED",
					"null null")
			.endsWith("blend AVAILABLE", "blend SUCCEEDED", "serve AVAILABLE", "serve SUCCEEDED", "null null");
		assertThat(told.get(8).state()).isEqualTo(WorkflowState.SUCCEEDED);
	}

	@Test
	void independentTasksOverlap() {
		CountDownLatch both = new CountDownLatch(2);
		node().handle("meet", (arguments, job) -> {
			both.countDown();
			return both.await(30, TimeUnit.SECONDS);
		}).start();
		WorkflowHandle handle = this.workflows.define("meeting").task("one", "meet").task("other", "meet").start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("one", Boolean.class)).isTrue();
		assertThat(handle.result("other", Boolean.class)).isTrue();
	}

	@Test
	void taskSeesNothingThatItDidNotWaitFor() {
		node().handle("a", (arguments, job) -> 1).handle("b", (arguments, job) -> {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.workflows.context(job).result("other", Integer.class))
				.withMessageContaining("'b' does not wait for 'other'");
			return this.workflows.context(job).result("a", Integer.class);
		}).start();
		WorkflowHandle handle = this.workflows.define("blind")
			.task("a", "a")
			.task("other", "a")
			.task("b", "b")
			.after("a")
			.start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("b", Integer.class)).isEqualTo(1);
	}

	@Test
	void allThatIsWrongIsToldAtOnce() {
		WorkflowSpec wrong = this.workflows.define("wrong")
			.task("a", "x")
			.after("a")
			.task("b", "x")
			.after("nobody")
			.task("c", "x")
			.continueOnFailure()
			.task("d", "x")
			.after("c")
			.task("d", "x")
			.task("e", "x")
			.after("g")
			.task("f", "x")
			.after("e")
			.task("g", "x")
			.after("f")
			.task("h", this.jobs.job("x").unique(Unique.byKey("k")))
			.task("i", this.jobs.job("x").ephemeral());
		assertThatExceptionOfType(InvalidWorkflowException.class).isThrownBy(wrong::start).satisfies((ex) -> {
			assertThat(ex.errors()).hasSize(7);
			assertThat(ex.getMessage()).contains("'wrong'", "task 'a' waits for itself",
					"task 'b' waits for 'nobody', which does not exist", "task 'd' waits for 'c', which may fail",
					"there are two tasks 'd'", "task 'h': its job is unique", "task 'i'");
			assertThat(ex.errors()).anySatisfy((error) -> assertThat(error)
				.matches("tasks wait for each other: (e -> g -> f -> e|g -> f -> e -> g|f -> e -> g -> f)"));
		});
		assertThatExceptionOfType(InvalidWorkflowException.class).isThrownBy(this.workflows.define("empty")::start)
			.withMessageContaining("it has no tasks");
		assertThat(this.workflows.list(null, null, 10)).isEmpty();
		assertThat(admin().countByState().values().stream().mapToLong(Long::longValue).sum()).isZero();
	}

	@Test
	void noMoreTasksThanAllowedRunAtATime() {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger failures = new AtomicInteger();
		TestNode first = node();
		TestNode second = otherNode();
		for (TestNode node : List.of(first, second)) {
			node.handle("work", (arguments, job) -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				try {
					Thread.yield();
					if (failures.incrementAndGet() % 3 == 0) {
						throw new DiscardJobException("No luck");
					}
					return null;
				}
				finally {
					running.decrementAndGet();
				}
			}).start();
		}
		WorkflowSpec spec = this.workflows.define("narrow").maxConcurrent(2);
		IntStream.range(0, 30).forEach((i) -> spec.task("t" + i, "work").continueOnFailure());
		assertThat(spec.start().await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(most.get()).isBetween(1, 2);
		assertThat(failures).hasValue(30);
	}

	@Test
	void anyNodeCanWait() {
		Gate gate = gate();
		node().handle("slow", (arguments, job) -> {
			gate.pass();
			return null;
		}).start();
		WorkflowHandle handle = this.workflows.define("slow").task("slow", "slow").start();
		WorkflowHandle other = workflows(otherStore()).find(handle.id()).orElseThrow();
		assertThatExceptionOfType(WorkflowAwaitTimeoutException.class)
			.isThrownBy(() -> other.await(Duration.ofMillis(10)))
			.withMessageContaining("Workflow " + handle.id());
		var future = other.future();
		assertThat(future).isNotDone();
		gate.open();
		patiently().untilAsserted(() -> assertThat(future).isCompleted());
		assertThat(future.join().state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(this.workflows.find(WorkflowId.of(999_999_999))).isEmpty();
	}

	@Test
	void runningTaskCanAddTasks() {
		AtomicInteger attempts = new AtomicInteger();
		node().handle("split", (arguments, job) -> {
			WorkflowContext context = this.workflows.context(job);
			for (int i = 0; i < 3; i++) {
				context.add("part" + i, this.jobs.job("part", i));
			}
			context.add("join", this.jobs.job("join"), "part0", "part1", "part2");
			if (attempts.incrementAndGet() == 1) {
				throw new IllegalStateException("Once more");
			}
			return null;
		}).handle("part", List.of(Integer.class), (arguments, job) -> {
			this.trace.add("part" + arguments[0]);
			return arguments[0];
		}).handle("join", (arguments, job) -> {
			WorkflowContext context = this.workflows.context(job);
			return IntStream.range(0, 3).mapToObj((i) -> context.result("part" + i, Integer.class)).toList().toString();
		}).start();
		WorkflowHandle handle = this.workflows.define("dynamic").task("split", "split").start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("join", String.class)).isEqualTo("[0, 1, 2]");
		assertThat(this.trace).hasSize(3);
		assertThat(handle.status().tasks()).isEqualTo(5);
	}

	@Test
	void wideFanOutAndFanIn() {
		node().handle("work", (arguments, job) -> null).start();
		WorkflowSpec spec = this.workflows.define("wide").task("first", "work").task("last", "work");
		String[] all = IntStream.range(0, 2500).mapToObj((i) -> "t" + i).toArray(String[]::new);
		spec.after(all);
		for (String name : all) {
			spec.task(name, "work").after("first");
		}
		WorkflowHandle handle = spec.start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		awaitCount(JobState.SUCCEEDED, 2502);
		assertThat(handle.status().finishedTasks()).isEqualTo(2502);
	}

	@Test
	void tasksOfOneWorkflowMayBeInSeveralQueues() {
		node().pools(PoolOptions.of(2, QUEUE, "kitchen", "bar"))
			.handle("work", (arguments, job) -> job.queue())
			.start();
		WorkflowHandle handle = this.workflows.define("places")
			.task("a", this.jobs.job("work").queue("kitchen"))
			.task("b", this.jobs.job("work").queue("bar"))
			.after("a")
			.task("c", this.jobs.job("work").queue("kitchen"))
			.after("a", "b")
			.start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("b", String.class)).isEqualTo("bar");
		assertThat(handle.result("c", String.class)).isEqualTo("kitchen");
	}

	@Test
	void diagramShowsTasksAndWhatTheyWaitFor() {
		WorkflowHandle handle = smoothie().start();
		assertThat(handle.mermaid()).startsWith("flowchart TD\n")
			.contains("t0[\"dice-banana\"]:::available", "t2[\"blend\"]:::blocked", "t0 --> t2", "t1 --> t2",
					"t2 --> t3", "classDef blocked");
	}

	@Test
	void randomGraphsEndWithoutATaskBeforeItsDependencies() {
		Random random = new Random(7);
		TestNode first = node();
		TestNode second = otherNode();
		for (TestNode node : List.of(first, second)) {
			node.handle("work", List.of(String.class), (arguments, job) -> {
				this.trace.add(String.valueOf(arguments[0]));
				return null;
			}).start();
		}
		List<WorkflowHandle> handles = new ArrayList<>();
		List<Map<String, List<String>>> graphs = new ArrayList<>();
		for (int graph = 0; graph < 10; graph++) {
			Map<String, List<String>> after = new LinkedHashMap<>();
			int size = 10 + random.nextInt(40);
			WorkflowSpec spec = this.workflows.define("random");
			for (int i = 0; i < size; i++) {
				String name = "g" + graph + "t" + i;
				int highest = i;
				List<String> before = random.ints(random.nextInt(6), 0, Math.max(i, 1))
					.filter((number) -> number < highest)
					.mapToObj((number) -> "g" + name.substring(1, name.indexOf('t')) + "t" + number)
					.distinct()
					.toList();
				after.put(name, before);
				spec.task(name, this.jobs.job("work", name)).after(before.toArray(String[]::new));
			}
			graphs.add(after);
			handles.add(spec.start());
		}
		handles.forEach((handle) -> assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED));
		List<String> order = List.copyOf(this.trace);
		assertThat(order).doesNotHaveDuplicates();
		graphs.forEach((graph) -> graph.forEach((task, before) -> assertThat(order.indexOf(task)).as(task)
			.isGreaterThan(before.stream().mapToInt(order::indexOf).max().orElse(-1))));
	}

	@Test
	void finishedWorkflowsCanBeListed() {
		node().handle("work", (arguments, job) -> null).start();
		WorkflowHandle one = this.workflows.define("one").task("a", "work").start();
		one.await(PATIENCE);
		WorkflowHandle other = this.workflows.define("other").task("a", "unknown").start();
		assertThat(this.workflows.list(null, null, 10)).extracting(WorkflowStatus::id)
			.containsExactly(other.id(), one.id());
		assertThat(this.workflows.list(WorkflowState.SUCCEEDED, null, 10)).extracting(WorkflowStatus::id)
			.containsExactly(one.id());
		assertThat(this.workflows.list(null, other.id(), 10)).extracting(WorkflowStatus::id).containsExactly(one.id());
	}

}
