package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobState;
import io.jobqueue.workflow.TaskFailure;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends of workflows that are no plain success, and what comes after them.
 */
abstract class WorkflowEndContract extends WorkflowWorkerContract {

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

}
