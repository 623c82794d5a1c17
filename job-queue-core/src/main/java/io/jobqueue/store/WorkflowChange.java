package io.jobqueue.store;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.jobqueue.JobId;

/**
 * A step of one workflow. It takes place if, and only if, the workflow still has the
 * version that was read before, and nobody has handled any of its signals.
 *
 * @param workflow the workflow as it is to be, with the version that was read; 0 for a
 * new one
 * @param added tasks that are new
 * @param changed tasks whose status is another one; their content is left alone
 * @param released the jobs that are to be enqueued, by the number of their task, which is
 * among those added or changed; the store records the id of the job in the task
 * @param cancelled jobs that are to be cancelled if they are still there
 * @param posts texts for other workflows, by their ids
 * @param handled the signals that are dealt with by this
 * @since 0.1.0
 */
public record WorkflowChange(StoredWorkflow workflow, List<StoredTask> added, List<StoredTask> changed,
		Map<Integer, NewJob> released, Set<JobId> cancelled, Map<Long, String> posts, List<WorkflowSignal> handled) {

	@Override
	public String toString() {
		return "Change of " + this.workflow;
	}

}
