package io.jobqueue.workflow;

import io.jobqueue.JobQueueException;

/**
 * There is no such workflow, or it is not kept any longer.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class WorkflowNotFoundException extends JobQueueException {

	/**
	 * Create an exception.
	 * @param id the workflow
	 */
	public WorkflowNotFoundException(WorkflowId id) {
		super("There is no workflow " + id + ": it never was, or its retention is over", null);
	}

}
