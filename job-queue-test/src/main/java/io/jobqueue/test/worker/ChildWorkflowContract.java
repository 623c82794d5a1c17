package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobContext;
import io.jobqueue.JobState;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.workflow.TaskFailure;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workflows that tasks of others start: who waits for them, and who ends with whom.
 */
abstract class ChildWorkflowContract extends WorkflowWorkerContract {

	/** Another queue, so that on Redis parents and children are in different slots. */
	private static final String OTHER = "other";

	private final CountDownLatch isRunning = new CountDownLatch(1);

	private final CountDownLatch sawTheEnd = new CountDownLatch(1);

	/**
	 * Return a node with the handlers {@code parent}, which starts a workflow
	 * {@code child} whose task has the handler {@code child}; and that one starts
	 * {@code grandchild} in the same way, whose handler runs until it is interrupted.
	 */
	private TestNode family() {
		Gate gate = gate();
		return node().pools(PoolOptions.of(4, QUEUE, OTHER)).handle("parent", (arguments, job) -> {
			start("child", job);
			return null;
		}).handle("child", (arguments, job) -> {
			start("grandchild", job);
			return null;
		}).handle("grandchild", (arguments, job) -> {
			this.isRunning.countDown();
			try {
				gate.pass();
			}
			finally {
				if (!job.isActive()) {
					this.sawTheEnd.countDown();
				}
			}
			return null;
		});
	}

	private void start(String name, JobContext job) {
		this.workflows.context(job).start(this.workflows.define(name).task("only", this.jobs.job(name).queue(OTHER)));
	}

	private List<WorkflowState> states(String name) {
		return this.workflows.list(null, null, 100)
			.stream()
			.filter((status) -> status.name().equals(name))
			.map(WorkflowStatus::state)
			.toList();
	}

	private void awaitCancelledFamily() {
		eventually(() -> this.sawTheEnd.getCount() == 0);
		patiently().untilAsserted(() -> assertThat(states("child")).containsExactly(WorkflowState.CANCELLED));
		patiently().untilAsserted(() -> assertThat(states("grandchild")).containsExactly(WorkflowState.CANCELLED));
	}

	@Test
	void taskWaitsForTheWorkflowThatItStarts() {
		Gate gate = gate();
		Queue<String> trace = new ConcurrentLinkedQueue<>();
		node().handle("parent", (arguments, job) -> {
			this.workflows.context(job).start(this.workflows.define("child").task("inner", "inner"));
			return "parent";
		}).handle("inner", (arguments, job) -> {
			gate.pass();
			trace.add("inner");
			return null;
		}).handle("after", (arguments, job) -> {
			trace.add("after");
			return this.workflows.context(job).result("outer", String.class);
		}).start();
		WorkflowHandle handle = this.workflows.define("parent")
			.task("outer", "parent")
			.task("after", "after")
			.after("outer")
			.start();
		awaitCount(JobState.SUCCEEDED, 1);
		stays(() -> handle.tasks().get(0).state() == JobState.AVAILABLE && trace.isEmpty());
		gate.open();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(trace).containsExactly("inner", "after");
		assertThat(handle.result("after", String.class)).isEqualTo("parent");
	}

	@Test
	void taskFailsWithTheWorkflowThatItStarted() {
		node().handle("parent", (arguments, job) -> {
			this.workflows.context(job).start(this.workflows.define("child").task("inner", "inner"));
			return "parent";
		}).handle("inner", (arguments, job) -> {
			throw new DiscardJobException("No luck");
		}).start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").start();
		WorkflowStatus status = handle.await(PATIENCE);
		assertThat(status.state()).isEqualTo(WorkflowState.FAILED);
		assertThat(status.failure()).extracting((failure) -> (failure != null) ? failure.type() : null)
			.isEqualTo(TaskFailure.CHILD_WORKFLOW);
	}

	@Test
	void workflowsThatItsTasksHaveStartedAreCancelledWithIt() {
		family().start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").start();
		eventually(() -> this.isRunning.getCount() == 0);
		handle.cancel();
		awaitCancelledFamily();
		patiently().untilAsserted(() -> assertThat(handle.tasks().get(0).state()).isEqualTo(JobState.CANCELLED));
		assertThat(handle.status().state()).isEqualTo(WorkflowState.CANCELLED);
	}

	@Test
	void workflowsThatItsTasksHaveStartedEndWhenItsTimeIsOver() {
		family().start();
		WorkflowHandle handle = this.workflows.define("parent")
			.timeout(Duration.ofMinutes(5))
			.task("outer", "parent")
			.start();
		eventually(() -> this.isRunning.getCount() == 0);
		this.fixture.advance(Duration.ofMinutes(6));
		awaitCancelledFamily();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.TIMED_OUT);
	}

	@Test
	void workflowsThatItsTasksHaveStartedEndWhenItFailsAndAreStartedAgain() {
		AtomicInteger attempts = new AtomicInteger();
		AtomicInteger children = new AtomicInteger();
		Gate gate = gate();
		node().handle("parent", (arguments, job) -> {
			start("child", job);
			return null;
		}).handle("bad", (arguments, job) -> {
			this.isRunning.await(30, TimeUnit.SECONDS);
			if (attempts.incrementAndGet() == 1) {
				throw new DiscardJobException("No luck");
			}
			return null;
		}).pools(PoolOptions.of(4, QUEUE, OTHER)).handle("child", (arguments, job) -> {
			if (children.incrementAndGet() == 1) {
				this.isRunning.countDown();
				gate.pass();
			}
			return null;
		}).start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").task("bad", "bad").start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.FAILED);
		handle.retry();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		patiently().untilAsserted(
				() -> assertThat(states("child")).containsExactly(WorkflowState.SUCCEEDED, WorkflowState.CANCELLED));
	}

	@Test
	void workflowsOfATaskThatFailsEndWithoutIt() {
		Gate gate = gate();
		node().pools(PoolOptions.of(4, QUEUE, OTHER)).handle("parent", (arguments, job) -> {
			start("grandchild", job);
			this.isRunning.await(30, TimeUnit.SECONDS);
			throw new DiscardJobException("No luck");
		}).handle("grandchild", (arguments, job) -> {
			this.isRunning.countDown();
			gate.pass();
			return null;
		}).start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").continueOnFailure().start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		patiently().untilAsserted(() -> assertThat(states("grandchild")).containsExactly(WorkflowState.CANCELLED));
	}

	@Test
	void workflowThatIsStartedByATaskOfOneThatHasEndedEnds() {
		Gate gate = gate();
		node().pools(PoolOptions.of(4, QUEUE)).handle("parent", (arguments, job) -> {
			this.isRunning.countDown();
			try {
				gate.pass();
			}
			catch (InterruptedException ex) {
				start("child", job);
			}
			return null;
		}).start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").start();
		eventually(() -> this.isRunning.getCount() == 0);
		handle.cancel();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.CANCELLED);
		patiently().untilAsserted(() -> assertThat(states("child")).containsExactly(WorkflowState.CANCELLED));
	}

	@Test
	void nobodyWaitsForAWorkflowThatWasNeverCreatedBecauseTheProcessDied() {
		WorkflowRecords records = ((WorkflowStore) this.store).workflows();
		node().handle("parent", (arguments, job) -> {
			// What is left of an attempt that dies while it starts one.
			records.post(this.workflows.context(job).id().value(), "child 0 started " + records.reserve(QUEUE));
			return "done";
		}).start();
		WorkflowHandle handle = this.workflows.define("parent").task("outer", "parent").start();
		assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(handle.result("outer", String.class)).isEqualTo("done");
	}

}
