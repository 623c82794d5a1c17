package io.jobqueue.workflow;

import java.io.Serializable;

import org.springframework.util.Assert;

/**
 * Identity of a workflow or batch in its store.
 *
 * @param value the number, never 0
 * @since 0.1.0
 */
public record WorkflowId(long value) implements Serializable {

	/**
	 * Create an id.
	 */
	public WorkflowId {
		Assert.isTrue(value != 0, "A workflow id must not be 0");
	}

	/**
	 * Return an id.
	 * @param value the number
	 * @return the id
	 */
	public static WorkflowId of(long value) {
		return new WorkflowId(value);
	}

	/**
	 * Read what {@link #toString()} has written.
	 * @param text the text
	 * @return the id
	 * @throws IllegalArgumentException if it is no id
	 */
	public static WorkflowId parse(String text) {
		try {
			return new WorkflowId(Long.parseLong(text));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("Not a workflow id: '" + text + "' (a workflow id is a whole number)",
					ex);
		}
	}

	@Override
	public String toString() {
		return Long.toString(this.value);
	}

}
