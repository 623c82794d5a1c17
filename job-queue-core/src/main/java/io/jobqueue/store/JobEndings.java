package io.jobqueue.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;

/**
 * The ability of a store to know who waits for the end of jobs. When such a job ends, the
 * listeners to {@link WakeUps} are told on all nodes, and how it ended is kept for a
 * while, up to a day, even if nothing is to be kept of such jobs. Jobs that nobody waits
 * for pay nothing for it.
 *
 * @since 0.1.0
 */
public interface JobEndings {

	/**
	 * Look which jobs have ended, and note for a while that somebody waits for others.
	 * What is noted is forgotten when the job ends. Never takes part in a transaction of
	 * the caller.
	 * @param jobs the jobs to look at
	 * @param fresh those of them that are to be noted, unless they have ended
	 * @param interest for how long, by the store's clock
	 * @return those that have ended, and those that are not known
	 */
	Ended look(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest);

	/**
	 * What a look has found.
	 *
	 * @param jobs the jobs that have ended
	 * @param unknown the jobs of which nothing is known: they never were, were deleted,
	 * or are not kept any longer
	 */
	record Ended(List<JobRecord> jobs, Set<JobId> unknown) {
	}

}
