package io.jobqueue.store;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be done for workflows now.
 *
 * @param now the time by the store's clock
 * @param signals the oldest signals that have not been handled
 * @param timedOut running workflows whose time is over
 * @param workflows those that the signals are about, and those that are timed out, unless
 * they are no longer there
 * @param tasks those that the signals are about, as far as the store could read them on
 * the way
 * @since 0.1.0
 */
public record WorkflowLook(Instant now, List<WorkflowSignal> signals, List<Long> timedOut,
		List<StoredWorkflow> workflows, List<StoredTask> tasks) {

	/**
	 * Return which workflows there is something to be done for.
	 * @return their ids
	 */
	public Set<Long> ids() {
		Set<Long> ids = new LinkedHashSet<>(this.timedOut);
		this.signals.forEach((signal) -> ids.add(signal.workflow()));
		return ids;
	}

	/**
	 * Return this with the workflows.
	 * @param found the workflows
	 * @return the look
	 */
	public WorkflowLook with(List<StoredWorkflow> found) {
		return new WorkflowLook(this.now, this.signals, this.timedOut, found, this.tasks);
	}

	/**
	 * Return whether nothing is to be done.
	 * @return {@code true} if there are neither signals nor timeouts
	 */
	public boolean isEmpty() {
		return this.signals.isEmpty() && this.timedOut.isEmpty();
	}

}
