package io.jobqueue.workflow;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a workflow, or a batch among workflows, is doing.
 *
 * @param id its identity
 * @param name its name
 * @param isBatch whether it is a batch, see {@link Workflows#findBatch}
 * @param state its state
 * @param tasks how many tasks it has; of a batch, how many jobs
 * @param finishedTasks how many of them have ended
 * @param failedTask the task that it failed for, or {@code null}
 * @param failure why that task failed, or {@code null} if it was cancelled
 * @param createdAt when it was started
 * @param finishedAt when it ended, or {@code null}
 * @since 0.1.0
 */
public record WorkflowStatus(WorkflowId id, String name, boolean isBatch, WorkflowState state, int tasks,
		int finishedTasks, @Nullable String failedTask, @Nullable TaskFailure failure, Instant createdAt,
		@Nullable Instant finishedAt) {

	@Override
	public String toString() {
		return (this.isBatch ? "Batch " : "Workflow ") + this.name + " (id: " + this.id + ", state: " + this.state
				+ (this.isBatch ? ", jobs: " : ", tasks: ") + this.finishedTasks + " of " + this.tasks + ")";
	}

}
