package io.jobqueue.workflow;

import java.time.Duration;

import io.jobqueue.JobQueueException;

/**
 * A workflow or batch did not end within the time that somebody wanted to wait for it. It
 * goes on.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class WorkflowAwaitTimeoutException extends JobQueueException {

	private final WorkflowId id;

	/**
	 * Create an exception.
	 * @param id the workflow
	 * @param timeout how long somebody waited
	 */
	public WorkflowAwaitTimeoutException(WorkflowId id, Duration timeout) {
		super("Workflow " + id + " has not ended within " + timeout + ". It goes on: wait again, or look at its status",
				null);
		this.id = id;
	}

	/**
	 * Return the workflow that was waited for.
	 * @return the id
	 */
	public WorkflowId getId() {
		return this.id;
	}

}
