package io.jobqueue;

import java.util.List;

/**
 * The way from requests into a store. {@link JobTemplate} is written on top of it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JobEnqueuer {

	/**
	 * Enqueue jobs, all or none of them.
	 * @param requests the jobs
	 * @return what became of each, in the same order
	 * @throws DuplicateJobException if another job holds the unique key of one that is to
	 * fail then
	 * @throws JobStoreException if the store did not accept them
	 */
	List<EnqueueResult> enqueue(List<JobRequest> requests);

}
