package io.jobqueue.store;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobState;

/**
 * Something that has happened to a workflow and has not been dealt with: one of its jobs
 * has ended, or somebody has posted a text. Kept until a {@link WorkflowChange} says that
 * it has been handled.
 *
 * @param position where the store keeps it; signals of one workflow are in order
 * @param workflow the workflow
 * @param end the job that has ended, or {@code null}
 * @param text the text that was posted, or {@code null}
 * @since 0.1.0
 */
public record WorkflowSignal(String position, long workflow, @Nullable End end, @Nullable String text) {

	/**
	 * The end of a job.
	 *
	 * @param number the number of its task
	 * @param job the job
	 * @param state how it ended; a job that was deleted was cancelled
	 * @param result for a success, what the handler returned as JSON, or {@code null}
	 * @param failureType for a failure, the class name of what was thrown
	 * @param failureMessage for a failure, its message, or {@code null}
	 * @param at when it ended, by the store's clock
	 */
	public record End(int number, JobId job, JobState state, @Nullable String result, @Nullable String failureType,
			@Nullable String failureMessage, Instant at) {
	}

}
