package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.ClaimedJob;

/**
 * What {@code exchange.lua} says about one queue.
 *
 * @param isNodeKnown whether the node may claim from this queue
 * @param isContended whether there is more that was not looked at
 * @param refused the jobs whose outcomes were not recorded
 * @param awaited the jobs that have ended and that somebody waits for
 * @param suspects the number of waiting suspects
 * @param hasWork whether other jobs wait or may be due
 * @param limitedFor how long a rate keeps others back, or {@code null} if none does
 * @param lease the number of the lease, 0 if nothing was claimed
 * @param claimed the claimed jobs
 */
record ClaimReply(boolean isNodeKnown, boolean isContended, Set<JobId> refused, Set<JobId> awaited, long suspects,
		boolean hasWork, @Nullable Duration limitedFor, long lease, List<ClaimedJob> claimed) {

	private static final int UNKNOWN = 1;

	private static final int CONTENDED = 2;

	static ClaimReply read(Reply reply, String queue, Registry registry, long node) {
		int status = reply.count();
		Set<JobId> refused = jobs(reply, queue, registry);
		Set<JobId> awaited = jobs(reply, queue, registry);
		long suspects = reply.number();
		boolean hasWork = reply.number() > 0;
		long wait = reply.number();
		boolean isLimited = reply.number() > 0;
		long lease = reply.number();
		List<ClaimedJob> claimed = new ArrayList<>(reply.left() / 2);
		int number = reply.hasNext() ? registry.number(queue) : 0;
		Set<JobId> expired = reply.hasNext() ? jobs(reply, queue, registry) : Set.of();
		while (reply.hasNext()) {
			JobId job = reply.job(number);
			claimed.add(StoredJob.read(reply.bytes())
				.claimed(job, LeaseNumbers.of(node, lease), queue, isLimited, expired.contains(job)));
		}
		return new ClaimReply(status != UNKNOWN, status == CONTENDED, refused, awaited, suspects, hasWork,
				(wait >= 0) ? Duration.ofMillis(wait) : null, lease, claimed);
	}

	private static Set<JobId> jobs(Reply reply, String queue, Registry registry) {
		Set<JobId> jobs = new HashSet<>();
		for (int left = reply.count(); left > 0; left--) {
			jobs.add(reply.job(registry.number(queue)));
		}
		return jobs;
	}

}
