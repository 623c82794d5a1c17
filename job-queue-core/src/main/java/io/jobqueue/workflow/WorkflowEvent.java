package io.jobqueue.workflow;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;

/**
 * A change of state of a workflow or of one of its tasks, after the store has recorded
 * it.
 *
 * @param workflow the workflow
 * @param name the name of the workflow
 * @param sequence its place among the events of the workflow, from 1, without gaps
 * @param task the name of the task, or {@code null} if the workflow itself has changed
 * @param taskState the new state of the task: {@link JobState#AVAILABLE} when its job was
 * enqueued, or how it ended; {@code null} if the workflow itself has changed
 * @param state the state of the workflow after this
 * @since 0.1.0
 */
public record WorkflowEvent(WorkflowId workflow, String name, long sequence, @Nullable String task,
		@Nullable JobState taskState, WorkflowState state) {

	@Override
	public String toString() {
		return this.name + " " + this.workflow + " #" + this.sequence + ": "
				+ ((this.task != null) ? this.task + " is " + this.taskState : "workflow is " + this.state);
	}

}
