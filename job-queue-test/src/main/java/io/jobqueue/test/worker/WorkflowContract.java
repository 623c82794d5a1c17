package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.Unique;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.BatchResult;
import io.jobqueue.workflow.BatchStatus;
import io.jobqueue.workflow.InvalidWorkflowException;
import io.jobqueue.workflow.StoreWorkflows;
import io.jobqueue.workflow.TaskFailure;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowAwaitTimeoutException;
import io.jobqueue.workflow.WorkflowContext;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Workflows and batches, from their start to their end, worked by real workers.
 */
abstract class WorkflowContract extends WorkerContract {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration OFTEN = Duration.ofMillis(50);

	private final Queue<WorkflowEvent> events = new ConcurrentLinkedQueue<>();

	private final Queue<String> trace = new ConcurrentLinkedQueue<>();

	private final List<WorkflowRunner> runners = new ArrayList<>();

	private Workflows workflows;

	@BeforeEach
	void openWorkflows() {
		this.workflows = workflows(this.store);
	}

	@AfterEach
	void stopRunners() {
		this.runners.forEach(WorkflowRunner::stop);
	}

	private Workflows workflows(JobStore itsStore) {
		WorkflowRunner runner = new WorkflowRunner(itsStore, List.of(this.events::add), OFTEN, Duration.ofDays(7),
				false);
		this.runners.add(runner);
		runner.start();
		return workflows(itsStore, runner);
	}

	static Workflows workflows(JobStore itsStore, WorkflowRunner runner) {
		JacksonJobSerializer serializer = new JacksonJobSerializer(new JsonMapper());
		StoreJobEnqueuer enqueuer = new StoreJobEnqueuer(itsStore, new JobHandlerRegistry(), serializer,
				new EnqueueOptions(MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text);
		return new StoreWorkflows(itsStore, new JobTemplate(enqueuer), enqueuer::prepare, enqueuer, serializer, runner);
	}

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
	void taskOutOfAttemptsFailsTheWorkflow() {
		Gate gate = gate();
		CountDownLatch isRunning = new CountDownLatch(1);
		AtomicInteger attempts = new AtomicInteger();
		CountDownLatch sawTheEnd = new CountDownLatch(1);
		node().handle("good", (arguments, job) -> "kept").handle("bad", (arguments, job) -> {
			isRunning.await(30, TimeUnit.SECONDS);
			attempts.incrementAndGet();
			throw new IllegalStateException("No luck");
		}).handle("slow", (arguments, job) -> {
			isRunning.countDown();
			try {
				gate.pass();
			}
			finally {
				if (!job.isActive()) {
					sawTheEnd.countDown();
				}
			}
			return null;
		}).handle("later", (arguments, job) -> {
			this.trace.add("later");
			return null;
		}).start();
		WorkflowHandle handle = this.workflows.define("doomed")
			.maxAttempts(2)
			.task("good", "good")
			.task("bad", "bad")
			.after("good")
			.task("slow", "slow")
			.after("good")
			.task("later", "later")
			.after("bad", "slow")
			.start();
		WorkflowStatus status = handle.await(PATIENCE);
		assertThat(status.state()).isEqualTo(WorkflowState.FAILED);
		assertThat(status.failedTask()).isEqualTo("bad");
		assertThat(status.failure()).isEqualTo(new TaskFailure(IllegalStateException.class.getName(), "No luck"));
		assertThat(attempts).as("the workflow's number of attempts").hasValue(2);
		eventually(() -> sawTheEnd.getCount() == 0);
		assertThat(handle.result("good", String.class)).isEqualTo("kept");
		eventually(() -> states(handle).get("slow") == JobState.CANCELLED);
		assertThat(states(handle)).isEqualTo(Map.of("good", JobState.SUCCEEDED, "bad", JobState.FAILED, "slow",
				JobState.CANCELLED, "later", JobState.CANCELLED));
		assertThat(this.trace).isEmpty();
		assertThat(admin().countByState().getOrDefault(JobState.AVAILABLE, 0L)).isZero();
	}

	private static Map<String, JobState> states(WorkflowHandle handle) {
		return handle.tasks().stream().collect(Collectors.toMap(TaskStatus::name, TaskStatus::state));
	}

	@Test
	void workflowGoesOnWithoutATaskThatMayFail() {
		node().handle("blend", (arguments, job) -> null).handle("garnish", (arguments, job) -> {
			throw new DiscardJobException("No mint");
		}).start();
		WorkflowHandle handle = this.workflows.define("smoothie")
			.task("blend", "blend")
			.task("garnish", "garnish")
			.after("blend")
			.continueOnFailure()
			.start();
		WorkflowStatus status = handle.await(PATIENCE);
		assertThat(status.state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(status.failedTask()).isNull();
		assertThat(states(handle)).containsEntry("garnish", JobState.CANCELLED);
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
	void timeoutEndsTheWorkflowWithWhatIsComplete() {
		CountDownLatch isRunning = startNodeThatIsGoodAndSlow();
		WorkflowHandle handle = this.workflows.define("late")
			.timeout(Duration.ofMinutes(5))
			.task("good", "good")
			.task("slow", "slow")
			.after("good")
			.task("later", "good")
			.after("slow")
			.start();
		eventually(() -> isRunning.getCount() == 0);
		assertThat(handle.status().state()).isEqualTo(WorkflowState.RUNNING);
		this.fixture.advance(Duration.ofMinutes(6));
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.TIMED_OUT);
		eventually(() -> states(handle).get("slow") == JobState.CANCELLED);
		assertThat(handle.result("good", String.class)).isEqualTo("kept");
		assertThat(states(handle)).containsEntry("later", JobState.CANCELLED);
	}

	@Test
	void cancelEndsTheWorkflowWithWhatIsComplete() {
		CountDownLatch isRunning = startNodeThatIsGoodAndSlow();
		WorkflowHandle handle = this.workflows.define("unwanted")
			.task("good", "good")
			.task("slow", "slow")
			.after("good")
			.start();
		eventually(() -> isRunning.getCount() == 0);
		WorkflowHandle found = workflows(otherStore()).find(handle.id()).orElseThrow();
		assertThat(found).isEqualTo(handle);
		found.cancel();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.CANCELLED);
		eventually(() -> states(handle).get("slow") == JobState.CANCELLED);
		found.cancel();
		assertThat(handle.status().state()).isEqualTo(WorkflowState.CANCELLED);
		assertThat(handle.result("good", String.class)).isEqualTo("kept");
	}

	/**
	 * Start a node that has the handlers {@code good} and {@code slow}, which runs until
	 * it is interrupted.
	 * @return what is counted down when the slow one runs
	 */
	private CountDownLatch startNodeThatIsGoodAndSlow() {
		Gate gate = gate();
		CountDownLatch isRunning = new CountDownLatch(1);
		node().handle("good", (arguments, job) -> "kept").handle("slow", (arguments, job) -> {
			isRunning.countDown();
			gate.pass();
			return null;
		}).start();
		return isRunning;
	}

	@Test
	void failedWorkflowGoesOnFromWhatFailed() {
		AtomicInteger attempts = new AtomicInteger();
		node().handle("good", (arguments, job) -> {
			this.trace.add("good");
			return "kept";
		}).handle("bad", (arguments, job) -> {
			if (attempts.incrementAndGet() == 1) {
				throw new DiscardJobException("No luck");
			}
			return this.workflows.context(job).result("good", String.class);
		}).handle("last", (arguments, job) -> this.workflows.context(job).result("bad", String.class)).start();
		WorkflowHandle handle = this.workflows.define("second-chance")
			.task("good", "good")
			.task("bad", "bad")
			.after("good")
			.task("last", "last")
			.after("bad")
			.start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.FAILED);
		handle.retry();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("last", String.class)).isEqualTo("kept");
		assertThat(this.trace).containsExactly("good");
		assertThat(handle.status().failedTask()).isNull();
		handle.retry();
		assertThat(handle.status().state()).isEqualTo(WorkflowState.SUCCEEDED);
	}

	@Test
	void whatIsBeingCancelledRunsOnceMoreWhenTheWorkflowGoesOn() {
		Gate gate = gate();
		CountDownLatch isRunning = new CountDownLatch(1);
		AtomicInteger slow = new AtomicInteger();
		AtomicInteger attempts = new AtomicInteger();
		node().handle("slow", (arguments, job) -> {
			if (slow.incrementAndGet() == 1) {
				isRunning.countDown();
				gate.passStubbornly();
				throw new IllegalStateException("It was not wanted any more");
			}
			return "slow";
		}).handle("bad", (arguments, job) -> {
			isRunning.await(30, TimeUnit.SECONDS);
			if (attempts.incrementAndGet() == 1) {
				throw new DiscardJobException("No luck");
			}
			return "bad";
		}).start();
		WorkflowHandle handle = this.workflows.define("impatient").task("slow", "slow").task("bad", "bad").start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.FAILED);
		handle.retry();
		gate.open();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("slow", String.class)).isEqualTo("slow");
		assertThat(slow).hasValue(2);
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
	void batchCallsBackWithItsCounts() {
		Queue<BatchResult> results = new ConcurrentLinkedQueue<>();
		node().handle("work", List.of(Integer.class), (arguments, job) -> {
			if (arguments[0] instanceof Integer number && number % 10 == 0) {
				throw new IllegalStateException("No luck");
			}
			return null;
		}).handle("callback", List.of(String.class), (arguments, job) -> {
			this.trace.add(String.valueOf(arguments[0]));
			results.add(this.workflows.batchResult(job));
			return null;
		}).start();
		Batch batch = this.workflows.batch("numbers")
			.onSuccess(this.jobs.job("callback", "good"))
			.onFailure(this.jobs.job("callback", "bad"))
			.onFinished(this.jobs.job("callback", "over"))
			.enqueue(IntStream.range(0, 1500).mapToObj((i) -> this.jobs.job("work", i).maxAttempts(1).request()));
		BatchStatus status = batch.await(PATIENCE);
		assertThat(status.state()).isEqualTo(WorkflowState.FAILED);
		assertThat(status.jobs()).isEqualTo(1500);
		assertThat(status.succeeded()).isEqualTo(1350);
		assertThat(status.failed()).isEqualTo(150);
		assertThat(status.unfinished()).isZero();
		eventually(() -> results.size() == 2);
		assertThat(this.trace).containsExactlyInAnyOrder("bad", "over");
		assertThat(results).containsOnly(new BatchResult(batch.id(), 1500, 1350, 150, 0));
	}

	@Test
	void openBatchGrowsWhileItsJobsRun() {
		CountDownLatch isBig = new CountDownLatch(1);
		Queue<Batch> current = new ConcurrentLinkedQueue<>();
		node().handle("grow", List.of(Integer.class), (arguments, job) -> {
			isBig.await(30, TimeUnit.SECONDS);
			Batch batch = current.element();
			if (arguments[0] instanceof Integer depth && depth > 0) {
				batch.add(Collections.nCopies(2, this.jobs.job("grow", depth - 1).request()).stream());
			}
			return null;
		}).handle("callback", (arguments, job) -> {
			this.trace.add("good");
			return null;
		}).start();
		Batch batch = this.workflows.batch("tree").onSuccess(this.jobs.job("callback")).open();
		current.add(batch);
		batch.add(List.of(this.jobs.job("grow", 4).request()).stream());
		assertThat(batch.status().isOpen()).isTrue();
		batch.close();
		isBig.countDown();
		assertThat(batch.await(PATIENCE).jobs()).isEqualTo(31);
		eventually(() -> !this.trace.isEmpty());
		assertThat(this.workflows.findBatch(batch.id())).isPresent();
		assertThat(this.workflows.find(batch.id())).isEmpty();
	}

	@Test
	void emptyBatchEndsWhenItIsClosed() {
		Batch batch = this.workflows.batch("empty").open();
		stays(() -> batch.status().state() == WorkflowState.RUNNING);
		batch.close();
		assertThat(batch.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
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

	@Test
	void batchesAreListedAsSuch() {
		WorkflowHandle workflow = this.workflows.define("one").task("a", "unknown").start();
		Batch batch = this.workflows.batch("other").open();
		assertThat(this.workflows.list(null, null, 10)).extracting(WorkflowStatus::id, WorkflowStatus::isBatch)
			.containsExactlyInAnyOrder(tuple(workflow.id(), false), tuple(batch.id(), true));
		assertThat(workflow.status().isBatch()).isFalse();
	}

}
