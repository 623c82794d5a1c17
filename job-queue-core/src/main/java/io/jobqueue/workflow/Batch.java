package io.jobqueue.workflow;

import java.time.Duration;
import java.util.stream.Stream;

import io.jobqueue.JobRequest;

/**
 * Jobs that are counted together. When it is closed and all of them have ended, it has
 * ended, too. Jobs that are retried by hand later do not count again. Every call asks the
 * store. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Batch {

	/**
	 * Return the identity of the batch.
	 * @return the id
	 */
	WorkflowId id();

	/**
	 * Enqueue jobs as part of this batch; on PostgreSQL in the caller's transaction, and
	 * otherwise chunk by chunk. A job of the batch can do so, too, as long as it runs.
	 * @param jobs the jobs; none of them unique or ephemeral
	 * @throws IllegalStateException if the batch is closed, and all that it had has ended
	 */
	void add(Stream<JobRequest> jobs);

	/**
	 * Say that the batch gets no more jobs, apart from those that its own jobs add.
	 */
	void close();

	/**
	 * Return how it is doing.
	 * @return the counts; what has happened just now may not be in yet
	 */
	BatchStatus status();

	/**
	 * Wait until it has ended.
	 * @param timeout how long at most
	 * @return how it ended
	 * @throws WorkflowAwaitTimeoutException if it did not end in time
	 */
	BatchStatus await(Duration timeout);

}
