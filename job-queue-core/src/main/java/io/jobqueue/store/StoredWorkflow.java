package io.jobqueue.store;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A workflow or batch as it is stored, without its tasks.
 *
 * @param id its identity, see {@link WorkflowRecords#reserve()}
 * @param name what people call it
 * @param state the name of its state, which the store does not understand
 * @param isFinished whether it is over, so that its retention begins
 * @param version how often it has been changed; counted by the store
 * @param createdAt when it was created, by the store's clock; set by the store
 * @param timeout how long after its creation it is to be looked at for the last time, or
 * {@code null}
 * @param content what never changes, as text that the store does not understand
 * @param status what changes, as text that the store does not understand
 * @since 0.1.0
 */
public record StoredWorkflow(long id, String name, String state, boolean isFinished, long version, Instant createdAt,
		@Nullable Duration timeout, String content, String status) {

	/**
	 * Return this workflow in another state.
	 * @param newState the name of the state
	 * @param finished whether it is over
	 * @param newStatus what changes
	 * @return the workflow as it is to be
	 */
	public StoredWorkflow with(String newState, boolean finished, String newStatus) {
		return new StoredWorkflow(this.id, this.name, newState, finished, this.version, this.createdAt, this.timeout,
				this.content, newStatus);
	}

	@Override
	public String toString() {
		return "Workflow " + this.id + " (name: " + this.name + ", state: " + this.state + ")";
	}

}
