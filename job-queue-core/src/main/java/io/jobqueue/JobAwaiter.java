package io.jobqueue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The way to wait for the end of jobs. {@link JobTemplate} is written on top of it.
 *
 * @since 0.1.0
 */
public interface JobAwaiter {

	/**
	 * Wait until a job has ended.
	 * @param id the job
	 * @param timeout how long at most, more than zero
	 * @return how it ended
	 * @throws JobAwaitTimeoutException if it has not ended by then
	 * @throws JobNotFoundException if there is no such job, or nothing is left of it
	 */
	JobResult await(JobId id, Duration timeout);

	/**
	 * Return what completes when a job has ended.
	 * @param id the job
	 * @return the future; it ends with a {@link JobNotFoundException} if there is no such
	 * job, or nothing is left of it
	 */
	CompletableFuture<JobResult> future(JobId id);

}
