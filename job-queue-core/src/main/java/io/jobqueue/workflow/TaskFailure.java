package io.jobqueue.workflow;

import org.jspecify.annotations.Nullable;

/**
 * Why a task failed.
 *
 * @param type the class name of what was thrown, or {@link #CHILD_WORKFLOW}
 * @param message its message, or {@code null}
 * @since 0.1.0
 */
public record TaskFailure(String type, @Nullable String message) {

	/**
	 * The type if nothing was thrown, but a workflow that the task had started did not
	 * succeed.
	 */
	public static final String CHILD_WORKFLOW = "ChildWorkflowFailed";

}
