package io.jobqueue.test.worker;

import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.BatchResult;
import io.jobqueue.workflow.BatchStatus;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Batches, whose jobs are only counted.
 */
abstract class BatchContract extends WorkflowWorkerContract {

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
	void batchesAreListedAsSuch() {
		WorkflowHandle workflow = this.workflows.define("one").task("a", "unknown").start();
		Batch batch = this.workflows.batch("other").open();
		assertThat(this.workflows.list(null, null, 10)).extracting(WorkflowStatus::id, WorkflowStatus::isBatch)
			.containsExactlyInAnyOrder(tuple(workflow.id(), false), tuple(batch.id(), true));
		assertThat(workflow.status().isBatch()).isFalse();
	}

}
