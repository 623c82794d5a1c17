package io.jobqueue.workflow;

import java.util.List;

import io.jobqueue.JobQueueException;

/**
 * A workflow cannot be started as it was defined. Nothing was stored.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class InvalidWorkflowException extends JobQueueException {

	private final List<String> errors;

	/**
	 * Create an exception.
	 * @param name the name of the workflow
	 * @param errors all that is wrong with it
	 */
	public InvalidWorkflowException(String name, List<String> errors) {
		super("The workflow '" + name + "' cannot be started: " + String.join("; ", errors), null);
		this.errors = List.copyOf(errors);
	}

	/**
	 * Return all that is wrong.
	 * @return a sentence for each
	 */
	public List<String> errors() {
		return this.errors;
	}

}
