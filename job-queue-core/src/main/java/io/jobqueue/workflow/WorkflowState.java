package io.jobqueue.workflow;

/**
 * Where a workflow is in its life. All but the first are final, apart from
 * {@link WorkflowHandle#retry()}.
 *
 * @since 0.1.0
 */
public enum WorkflowState {

	/** Some of its tasks have not ended. */
	RUNNING,

	/**
	 * All of its tasks have ended, and those that failed may fail.
	 */
	SUCCEEDED,

	/** A task failed for good or was cancelled that it cannot do without. */
	FAILED,

	/** Somebody called it off. */
	CANCELLED,

	/** Its time was over before all of its tasks had ended. */
	TIMED_OUT;

	/**
	 * Return whether a workflow in this state starts nothing any more.
	 * @return {@code true} for all but {@link #RUNNING}
	 */
	public boolean isFinished() {
		return this != RUNNING;
	}

}
