package io.jobqueue.workflow;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;

/**
 * Starts and finds workflows and batches: a bean to be injected. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Workflows {

	/**
	 * Define a workflow.
	 * @param name what people call it: letters, digits, dots, underscores and dashes
	 * @return the definition, to be completed and started
	 */
	WorkflowSpec define(String name);

	/**
	 * Find a workflow.
	 * @param id its id
	 * @return the workflow, or empty if there is none, or it is not kept any longer
	 */
	Optional<WorkflowHandle> find(WorkflowId id);

	/**
	 * Return workflows and batches, the newest first.
	 * @param state their state, or {@code null} for any
	 * @param before the id that all of them are smaller than, or {@code null}
	 * @param limit how many at most, from 1 to 1000
	 * @return how they are doing
	 */
	List<WorkflowStatus> list(@Nullable WorkflowState state, @Nullable WorkflowId before, int limit);

	/**
	 * Return what a task sees of its workflow; for handlers that are no methods with a
	 * parameter of that type.
	 * @param job the context of the attempt
	 * @return the context of its workflow
	 * @throws IllegalStateException if the job is no task of a workflow
	 */
	WorkflowContext context(JobContext job);

	/**
	 * Return how the batch ended that has called a job back; for handlers that are no
	 * methods with a parameter of that type.
	 * @param job the context of the attempt
	 * @return the counts
	 * @throws IllegalStateException if the job was not called back by a batch
	 */
	BatchResult batchResult(JobContext job);

	/**
	 * Open a batch: jobs that are counted together.
	 * @param name what people call it: letters, digits, dots, underscores and dashes
	 * @return the batch, to be given its callbacks and opened
	 */
	BatchSpec batch(String name);

	/**
	 * Find a batch.
	 * @param id its id
	 * @return the batch, or empty if there is none, or it is not kept any longer
	 */
	Optional<Batch> findBatch(WorkflowId id);

}
