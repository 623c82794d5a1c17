package io.jobqueue.store;

/**
 * The ability of a store to keep workflows and batches: what they consist of, and which
 * of their jobs have ended.
 *
 * @since 0.1.0
 */
public interface WorkflowStore {

	/**
	 * Return the records of workflows.
	 * @return the same object every time
	 */
	WorkflowRecords workflows();

}
