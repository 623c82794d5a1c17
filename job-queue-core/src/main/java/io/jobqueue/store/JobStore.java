package io.jobqueue.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobProgress;
import io.jobqueue.JobStoreException;

/**
 * Where jobs are kept. Every verb is atomic and takes or returns whole batches.
 * Implementations are thread-safe, never read the JVM's clock for what is due, expired,
 * or first (the store's clock decides), and throw {@link JobStoreException} when the
 * store cannot be reached; then nothing is known to have been changed.
 * <p>
 * What a store must do is defined by the contract suite in {@code job-queue-test}.
 * Further abilities are further interfaces: {@link WakeUps},
 * {@link TransactionalSettlement}.
 *
 * @since 0.1.0
 */
public interface JobStore {

	/**
	 * About how many jobs one {@link #prune()} removes at most.
	 */
	int PRUNED_AT_ONCE = 100_000;

	/**
	 * How many jobs of a queue one {@link #expire()} ends at most.
	 */
	int EXPIRED_AT_ONCE = 1000;

	/**
	 * Accept jobs, all or none; in the caller's transaction where the store knows
	 * transactions. A store that is spread over servers may be all or none for each queue
	 * only, should a call fail.
	 * @param jobs the jobs
	 * @return their ids in the same order; of unique ones, the ids of the jobs that hold
	 * the keys
	 * @throws DuplicateJobException if another job holds the key of one that is to fail
	 * then
	 */
	List<JobId> enqueue(List<NewJob> jobs);

	/**
	 * Accept jobs as {@link #enqueue} does, of which at least one is unique, and tell
	 * what became of each. Those of one key are accepted in their order, so that the
	 * second finds it held by the first.
	 * @param jobs the jobs
	 * @return the results in the same order
	 * @throws DuplicateJobException if another job holds the key of one that is to fail
	 * then
	 */
	List<EnqueueResult> enqueueUnique(List<NewJob> jobs);

	/**
	 * Settle outcomes of earlier leases and claim new jobs, in one atomic step and one
	 * round trip. An outcome is recorded if, and only if, the lease of its job is still
	 * there; which node asks does not matter for that. Never takes part in a transaction
	 * of the caller.
	 * @param exchange the outcomes and the claim
	 * @return what was claimed and what was refused
	 */
	Exchange.Result exchange(Exchange exchange);

	/**
	 * Register a node.
	 * @param node what it tells about itself
	 * @return its id, never used before
	 */
	long register(NodeDescription node);

	/**
	 * Tell that a node is alive.
	 * @param node the node
	 * @return whether it still counts as alive, and what it should cancel
	 */
	Pulse heartbeat(long node);

	/**
	 * Mark jobs that have been running for a while, so that they no longer burden claims,
	 * and store what their handlers report. Jobs that are no longer leased to the node
	 * are left alone. Reports of jobs that have not been marked, now or before, may be
	 * ignored.
	 * @param node the node
	 * @param jobs all unfinished jobs of the leases that are to be marked
	 * @param progress the latest reports, by job
	 * @return {@code false} if the jobs could not be marked now, because somebody's
	 * transaction holds one of them; to be tried again
	 */
	boolean mark(long node, Collection<ClaimedJob> jobs, Map<JobId, JobProgress> progress);

	/**
	 * Declare nodes dead that have been silent for too long, and make their jobs
	 * available again, each marked as abandoned once more; those abandoned
	 * {@value Rescue#MAX_ABANDONMENTS} times fail for good. Leases of nodes that are not
	 * registered at all are treated alike.
	 * <p>
	 * A store that was away for a while finds everybody silent when it is back, and the
	 * heartbeats that come then may be behind this call. So nothing is done if it took
	 * long to find out who is silent.
	 * @param silence how long a node must have been silent
	 * @return what was found
	 */
	Rescue rescue(Duration silence);

	/**
	 * Remove a node, and make what is still leased to it available again, as if released.
	 * @param node the node
	 */
	void deregister(long node);

	/**
	 * Remove finished jobs whose retention is over, and do whatever housekeeping the
	 * store needs. Never blocks a claim. Removes some {@value #PRUNED_AT_ONCE} jobs one
	 * by one at most, so that other housekeeping need not wait for long.
	 * @return the number of jobs removed, as far as it is known; if it is at least
	 * {@value #PRUNED_AT_ONCE}, there may be more to remove
	 */
	long prune();

	/**
	 * Set the limits of queues as the configuration of a node says, unless somebody has
	 * set another with {@link JobAdmin#limit}.
	 * @param limits the limits by queue; {@link JobLimit#NONE} for none
	 */
	void configure(Map<String, JobLimit> limits);

	/**
	 * End waiting jobs whose deadline is over, those first whose deadline was first, at
	 * most {@value #EXPIRED_AT_ONCE} of a queue: they fail for good, which counts as no
	 * attempt. A job that is claimed after its deadline is ended by who claimed it; this
	 * is for those that nobody claims.
	 * @return the jobs
	 */
	List<ExpiredJob> expire();

	/**
	 * Return the way to look at this store's jobs and act on them.
	 * @return the same object every time
	 */
	JobAdmin admin();

}
