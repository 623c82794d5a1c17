package io.jobqueue.store;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * A task of a workflow as it is stored.
 *
 * @param workflow the workflow
 * @param number its number in the workflow, from 0
 * @param name its name, unique in the workflow
 * @param phase by which it can be found
 * @param job its latest job, or {@code null} if there was none; set by the store
 * @param content what never changes, as text that the store does not understand
 * @param status what changes, as text that the store does not understand
 * @since 0.1.0
 */
public record StoredTask(long workflow, int number, String name, Phase phase, @Nullable JobId job, String content,
		String status) {

	/**
	 * By what tasks can be found.
	 */
	public enum Phase {

		/** It waits for other tasks. */
		BLOCKED,

		/** It waits for room. */
		READY,

		/** It has a job that has not ended, as far as the workflow knows. */
		LIVE,

		/** It has ended. */
		ENDED

	}

	/**
	 * Return this task with another status.
	 * @param newPhase by which it can be found
	 * @param newStatus the status
	 * @return the task as it is to be
	 */
	public StoredTask with(Phase newPhase, String newStatus) {
		return new StoredTask(this.workflow, this.number, this.name, newPhase, this.job, this.content, newStatus);
	}

	/**
	 * Return this task with its job.
	 * @param newJob the job
	 * @return the task
	 */
	public StoredTask with(JobId newJob) {
		return new StoredTask(this.workflow, this.number, this.name, this.phase, newJob, this.content, this.status);
	}

	@Override
	public String toString() {
		return "Task " + this.name + " of workflow " + this.workflow;
	}

}
