package io.jobqueue.workflow;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobState;

/**
 * How a task of a workflow is doing.
 *
 * @param name its name
 * @param handler the name of the handler of its job
 * @param queue the queue of its job
 * @param after the names of the tasks that it waits for
 * @param isOptional whether the workflow can do without it
 * @param state {@link JobState#BLOCKED} while it waits for other tasks or for room,
 * {@link JobState#AVAILABLE} since its job was enqueued, or how it ended; whether its job
 * is running is known by the job
 * @param job its latest job, or {@code null} if there was none
 * @param failure why it failed, or {@code null}
 * @param finishedAt when it ended, or {@code null}
 * @since 0.1.0
 */
public record TaskStatus(String name, String handler, String queue, List<String> after, boolean isOptional,
		JobState state, @Nullable JobId job, @Nullable TaskFailure failure, @Nullable Instant finishedAt) {
}
