package io.jobqueue.workflow;

/**
 * Told what becomes of workflows. Beans of this type are found by themselves.
 * <p>
 * Each event is told once, by the node that has recorded it, to the listeners there, and
 * those of one node in the order in which they happened. With several nodes,
 * {@link WorkflowEvent#sequence()} tells the order of all of them. A listener runs on a
 * thread of its own and cannot break anything; what it throws is logged. Events that wait
 * for it when the process dies are lost. When a task starts and retries is told by
 * {@link io.jobqueue.event.JobListener}, as of any job.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface WorkflowListener {

	/**
	 * Take note of an event.
	 * @param event what happened
	 */
	void onWorkflowEvent(WorkflowEvent event);

}
