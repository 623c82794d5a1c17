package io.jobqueue.store;

import java.util.List;

import io.jobqueue.JobId;

/**
 * What a rescue found.
 *
 * @param deadNodes the nodes that were declared dead
 * @param rescued the number of jobs that are available again
 * @param failed the jobs that failed for good because they were abandoned too often
 * @since 0.1.0
 */
public record Rescue(List<Long> deadNodes, int rescued, List<JobId> failed) {

	/**
	 * What a rescue found that has left everything as it was.
	 */
	public static final Rescue NONE = new Rescue(List.of(), 0, List.of());

	/**
	 * After how many abandonments a job fails for good.
	 */
	public static final int MAX_ABANDONMENTS = 3;

	/**
	 * The type that is recorded as the failure of a job which was abandoned too often.
	 */
	public static final String ABANDONED = "io.jobqueue.Abandoned";

	/**
	 * The message that is recorded as the failure of a job which was abandoned too often.
	 */
	public static final String ABANDONED_MESSAGE = "The node that ran this job died " + MAX_ABANDONMENTS
			+ " times in a row. The job may be what kills its process: look at it before you retry it";

}
