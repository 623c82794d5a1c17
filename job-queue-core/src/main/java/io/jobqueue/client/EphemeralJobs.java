package io.jobqueue.client;

import java.util.List;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;

/**
 * Where jobs go that no store is to know: they run on this node, or are lost with it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EphemeralJobs {

	/**
	 * Accept jobs, all or none of them; after the commit of the caller's transaction, if
	 * there is one.
	 * @param jobs the jobs; their queues do not count
	 * @return their ids, in the same order
	 * @throws io.jobqueue.JobRejectedException if there is no room for them
	 */
	List<JobId> enqueue(List<NewJob> jobs);

}
