package io.jobqueue.workflow;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

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
