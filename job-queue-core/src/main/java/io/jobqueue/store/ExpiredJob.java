package io.jobqueue.store;

import io.jobqueue.JobExpiredException;
import io.jobqueue.JobId;

/**
 * A job that failed because it was not started before its deadline.
 *
 * @param id identity of the job
 * @param handler name of the handler
 * @param queue name of the queue
 * @param attempts number of counted attempts that it had
 * @param maxAttempts number of attempts that it could have had
 * @since 0.1.0
 */
public record ExpiredJob(JobId id, String handler, String queue, int attempts, int maxAttempts) {

	/**
	 * What is recorded of the failure of such a job.
	 */
	public static final Outcome.Failure FAILURE = new Outcome.Failure(JobExpiredException.class.getName(),
			JobExpiredException.MESSAGE, "");

}
