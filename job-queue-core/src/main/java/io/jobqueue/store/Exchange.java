package io.jobqueue.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * The request of the verb at the heart of the protocol: settle these outcomes and claim
 * those jobs, in one step.
 *
 * @param node the node that asks
 * @param outcomes how jobs that were claimed before ended; each job at most once
 * @param claim what to take
 * @since 0.1.0
 */
public record Exchange(long node, List<Outcome> outcomes, Claim claim) {

	/**
	 * From how many outcomes on a settlement is worth a commit of its own, which goes on
	 * at the same time as a claim of the same node.
	 */
	public static final int LARGE_SETTLEMENT = 200;

	/**
	 * Return whether this settles much and claims nothing. A store may be asked for that
	 * by one thread of a node while another claims, and should let neither wait for the
	 * other.
	 */
	public boolean isLargeSettlement() {
		return this.claim.isEmpty() && this.outcomes.size() >= LARGE_SETTLEMENT;
	}

	/**
	 * What an exchange did.
	 *
	 * @param claimed the jobs that now belong to the node, in the order of the queues of
	 * the claim, within a queue by descending priority, then in order of arrival
	 * @param refused jobs whose outcomes were not recorded, because their lease is lost
	 * or the job is gone
	 * @param deferred jobs whose outcomes could not be recorded yet, because somebody's
	 * transaction holds them; to be settled again
	 * @param isContended whether a queue was skipped because another node was just
	 * claiming from it; to be tried again soon
	 * @param isNodeAlive whether the node is registered; if not, nothing was claimed, and
	 * the node needs a new id
	 * @param limitedFor how long a rate limit keeps back jobs for which there would be
	 * room, or {@code null} if none does; to be tried again then
	 */
	public record Result(List<ClaimedJob> claimed, Set<JobId> refused, Set<JobId> deferred, boolean isContended,
			boolean isNodeAlive, @Nullable Duration limitedFor) {

		/**
		 * Create a result that no rate limit has had a part in.
		 * @param claimed the jobs that now belong to the node
		 * @param refused jobs whose outcomes were not recorded
		 * @param deferred jobs whose outcomes could not be recorded yet
		 * @param isContended whether a queue was skipped
		 * @param isNodeAlive whether the node is registered
		 */
		public Result(List<ClaimedJob> claimed, Set<JobId> refused, Set<JobId> deferred, boolean isContended,
				boolean isNodeAlive) {
			this(claimed, refused, deferred, isContended, isNodeAlive, null);
		}

	}

}
