package io.jobqueue.autoconfigure.endpoint;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.workflow.BatchStatus;
import io.jobqueue.workflow.TaskFailure;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;

/**
 * What {@link JobQueueEndpoint} answers about workflows and batches. Inputs and results
 * are never among it. Components that are {@code null} are left out of the JSON.
 *
 * @since 0.1.0
 */
public final class WorkflowDescriptors {

	private WorkflowDescriptors() {
	}

	/**
	 * A page of workflows and batches.
	 *
	 * @param workflows the workflows and batches, the newest first
	 * @param next what the next page begins before; {@code null} if this is the last one
	 */
	public record Workflows(List<Workflow> workflows, @Nullable Long next) implements OperationResponseBody {

		static Workflows of(List<WorkflowStatus> page, int limit) {
			return new Workflows(page.stream().map(Workflow::of).toList(),
					(page.size() == limit) ? page.get(limit - 1).id().value() : null);
		}

	}

	/**
	 * A workflow, or a batch among workflows.
	 *
	 * @param id its id
	 * @param name its name
	 * @param batch whether it is a batch
	 * @param state where it is in its life
	 * @param createdAt when it was started
	 * @param finishedAt when it ended
	 * @param taskCount how many tasks it has; of a batch, how many jobs
	 * @param finishedTaskCount how many of them have ended
	 * @param failedTask the task that it failed for
	 * @param failure why that task failed
	 */
	public record Workflow(long id, String name, boolean batch, WorkflowState state, Instant createdAt,
			@Nullable Instant finishedAt, int taskCount, int finishedTaskCount, @Nullable String failedTask,
			@Nullable TaskFailure failure) {

		static Workflow of(WorkflowStatus status) {
			return new Workflow(status.id().value(), status.name(), status.isBatch(), status.state(),
					status.createdAt(), status.finishedAt(), status.tasks(), status.finishedTasks(),
					status.failedTask(), status.failure());
		}

	}

	/**
	 * A workflow with its tasks.
	 *
	 * @param id its id
	 * @param name its name
	 * @param state where it is in its life
	 * @param createdAt when it was started
	 * @param finishedAt when it ended
	 * @param taskCount how many tasks it has
	 * @param finishedTaskCount how many of them have ended
	 * @param failedTask the task that it failed for
	 * @param failure why that task failed
	 * @param tasks its tasks in the order of their definition; of many only the first
	 * ones
	 */
	public record WorkflowDetail(long id, String name, WorkflowState state, Instant createdAt,
			@Nullable Instant finishedAt, int taskCount, int finishedTaskCount, @Nullable String failedTask,
			@Nullable TaskFailure failure, List<Task> tasks) implements OperationResponseBody {

		static WorkflowDetail of(WorkflowStatus status, List<TaskStatus> tasks) {
			return new WorkflowDetail(status.id().value(), status.name(), status.state(), status.createdAt(),
					status.finishedAt(), status.tasks(), status.finishedTasks(), status.failedTask(), status.failure(),
					tasks.stream().map(Task::of).toList());
		}

	}

	/**
	 * A task of a workflow.
	 *
	 * @param name its name
	 * @param handler name of the handler of its job
	 * @param queue the queue of its job
	 * @param after the tasks that it waits for
	 * @param optional whether the workflow can do without it
	 * @param state where it is in its life
	 * @param job the id of its latest job, which may have been removed; {@code null} if
	 * there was none
	 * @param failure why it failed
	 * @param finishedAt when it ended
	 */
	public record Task(String name, String handler, String queue, List<String> after, boolean optional, JobState state,
			@Nullable Long job, @Nullable TaskFailure failure, @Nullable Instant finishedAt) {

		static Task of(TaskStatus task) {
			JobId job = task.job();
			return new Task(task.name(), task.handler(), task.queue(), task.after(), task.isOptional(), task.state(),
					(job != null) ? job.value() : null, task.failure(), task.finishedAt());
		}

	}

	/**
	 * A batch with its counts.
	 *
	 * @param id its id
	 * @param name its name
	 * @param state where it is in its life
	 * @param createdAt when it was opened
	 * @param finishedAt when it ended
	 * @param open whether jobs can be added
	 * @param jobs how many jobs were added
	 * @param succeeded how many of them have succeeded
	 * @param failed how many of them have failed for good
	 * @param cancelled how many of them were cancelled or deleted
	 * @param unfinished how many of them have not ended
	 */
	public record BatchDetail(long id, String name, WorkflowState state, Instant createdAt,
			@Nullable Instant finishedAt, boolean open, int jobs, int succeeded, int failed, int cancelled,
			int unfinished) implements OperationResponseBody {

		static BatchDetail of(BatchStatus status) {
			return new BatchDetail(status.id().value(), status.name(), status.state(), status.createdAt(),
					status.finishedAt(), status.isOpen(), status.jobs(), status.succeeded(), status.failed(),
					status.cancelled(), status.unfinished());
		}

	}

	/**
	 * What has come of an action on a workflow.
	 *
	 * @param id its id
	 * @param state where it is in its life afterwards
	 */
	public record WorkflowChange(long id, WorkflowState state) implements OperationResponseBody {
	}

}
