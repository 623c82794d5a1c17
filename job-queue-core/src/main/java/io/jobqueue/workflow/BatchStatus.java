package io.jobqueue.workflow;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a batch is doing.
 *
 * @param id its identity
 * @param name its name
 * @param state {@link WorkflowState#RUNNING} until it is closed and all of its jobs have
 * ended; then {@link WorkflowState#SUCCEEDED} if all succeeded, otherwise
 * {@link WorkflowState#FAILED}
 * @param isOpen whether jobs can be added
 * @param jobs how many jobs were added
 * @param succeeded how many of them have succeeded
 * @param failed how many of them have failed for good
 * @param cancelled how many of them were cancelled or deleted
 * @param createdAt when it was opened
 * @param finishedAt when it ended, or {@code null}
 * @since 0.1.0
 */
public record BatchStatus(WorkflowId id, String name, WorkflowState state, boolean isOpen, int jobs, int succeeded,
		int failed, int cancelled, Instant createdAt, @Nullable Instant finishedAt) {

	/**
	 * Return how many of its jobs have not ended yet.
	 * @return the number
	 */
	public int unfinished() {
		return this.jobs - this.succeeded - this.failed - this.cancelled;
	}

}
