package io.jobqueue.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.jobqueue.JobResult;

/**
 * Somebody who waits for a job.
 *
 * @param future what it waits with
 * @param isInTransaction whether its thread was in a transaction when it began to wait
 * @param executor runs what follows the end of the job
 */
record Waiter(CompletableFuture<JobResult> future, boolean isInTransaction, Executor executor) {

	void end(JobResult result) {
		this.executor.execute(() -> this.future.complete(result));
	}

	void fail(RuntimeException failure) {
		this.executor.execute(() -> this.future.completeExceptionally(failure));
	}

}
