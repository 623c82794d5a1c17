package io.jobqueue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Look at jobs and act on them, from any node. Thread-safe.
 * <p>
 * On PostgreSQL every method joins the transaction of the calling thread, and never
 * commits it. What it changes is seen by the workers after the commit.
 *
 * @since 0.1.0
 */
public interface JobAdmin {

	/**
	 * The greatest number of jobs that one {@link #page(JobFilter, JobId, int)} returns.
	 */
	int MAX_PAGE_SIZE = 1000;

	/**
	 * How far {@link #count(JobFilter, int)} counts at most.
	 */
	int MAX_COUNT = 10_000;

	/**
	 * About how many jobs a page or a count looks at, at most, that may not pass the
	 * filter; half or a fifth as many if they have to be compared with more than their
	 * states.
	 */
	int MAX_EXAMINED = 10_000;

	/**
	 * Find a job, waiting, running or finished.
	 * @param id the job
	 * @return the job, or empty if there is none with that id
	 */
	Optional<JobRecord> find(JobId id);

	/**
	 * Return a job, waiting, running or finished.
	 * @param id the job
	 * @return the job
	 * @throws JobNotFoundException if there is none with that id
	 */
	default JobRecord get(JobId id) {
		return find(id).orElseThrow(() -> new JobNotFoundException(id));
	}

	/**
	 * Find jobs, a page at a time, newest first. Takes some milliseconds however many
	 * jobs there are: where the store has no index for a filter, a page ends after about
	 * {@value #MAX_EXAMINED} jobs that were looked at. So go on until
	 * {@link JobPage#isLast()}, not until a page is short.
	 * @param filter which jobs
	 * @param before {@link JobPage#next()} of the page before, or {@code null} for the
	 * first page; only jobs with smaller ids are found
	 * @param limit the size of the page, from 1 to {@value #MAX_PAGE_SIZE}
	 * @return the page
	 */
	JobPage page(JobFilter filter, @Nullable JobId before, int limit);

	/**
	 * Find jobs, newest first: {@link #page(JobFilter, JobId, int)} again and again until
	 * there are enough. With a filter that few jobs pass, that may look at all jobs.
	 * @param filter which jobs
	 * @param before the id that all found ones are smaller than, or {@code null}
	 * @param limit the greatest number of jobs, from 1 to {@value #MAX_PAGE_SIZE}
	 * @return the jobs, by descending id; fewer than {@code limit} if there are no more
	 */
	default List<JobRecord> find(JobFilter filter, @Nullable JobId before, int limit) {
		JobPage page = page(filter, before, limit);
		List<JobRecord> found = new ArrayList<>(page.jobs());
		while (found.size() < limit && page.next() != null) {
			page = page(filter, page.next(), limit - found.size());
			found.addAll(page.jobs());
		}
		return found;
	}

	/**
	 * Count the jobs that pass a filter, up to a limit: also what an operation on all of
	 * them would change. Takes some milliseconds: it stops, too, after about
	 * {@value #MAX_EXAMINED} jobs that were looked at.
	 * @param filter which jobs
	 * @param limit how far to count, from 1 to {@value #MAX_COUNT}
	 * @return the number, which is not exact if counting has stopped
	 */
	JobCount count(JobFilter filter, int limit);

	/**
	 * Count all jobs by their state. Scans: meant for people and tests, not for a loop.
	 * @return the number of jobs of every state, zeros included
	 */
	Map<JobState, Long> countByState();

	/**
	 * Retry finished jobs by hand: those that failed or were cancelled become available
	 * again under their ids, with all their attempts before them and their failures kept.
	 * Others are left alone, so a second call does nothing.
	 * @param ids the jobs
	 * @return how many of them are waiting again
	 */
	int retry(Collection<JobId> ids);

	/**
	 * Cancel jobs. One that waits never runs; one that runs is asked to stop, see
	 * {@link JobContext#isActive()}, and ends as cancelled when its thread has ended; a
	 * finished one is left alone.
	 * @param ids the jobs
	 * @return how many of them were waiting or running
	 */
	int cancel(Collection<JobId> ids);

	/**
	 * Delete jobs for good, waiting or finished. Running ones are left alone: cancel them
	 * first.
	 * @param ids the jobs
	 * @return how many of them were deleted
	 */
	int delete(Collection<JobId> ids);

	/**
	 * Give waiting jobs another due time. Running and finished ones are left alone.
	 * @param ids the jobs
	 * @param runAt when they are due; a past instant means at once
	 * @return how many of them were changed
	 */
	int reschedule(Collection<JobId> ids, Instant runAt);

	/**
	 * Move waiting jobs to another queue. They keep their ids, and all else but their
	 * place in line; limits hold for them anew there. Jobs that run or are finished, that
	 * somebody wants to be cancelled, and those with a unique key, which belongs to a
	 * queue, are left alone.
	 * <p>
	 * On PostgreSQL nobody claims from the queues concerned before the transaction of the
	 * caller ends, which must be at {@code READ COMMITTED}. On Redis a job is in neither
	 * queue for a moment; if the process dies just then, other nodes let it arrive.
	 * @param ids the jobs
	 * @param queue the queue
	 * @return how many of them were moved
	 */
	int move(Collection<JobId> ids, String queue);

	/**
	 * Stop taking jobs from a queue, on all nodes and until {@link #resume(String)}, also
	 * across restarts. Running jobs finish; jobs can be enqueued.
	 * @param queue the queue
	 */
	void pause(String queue);

	/**
	 * Take jobs from a paused queue again.
	 * @param queue the queue
	 */
	void resume(String queue);

	/**
	 * Set a limit, for all nodes and until it is set again. The limit of a queue goes
	 * before the one in the configuration; the limit of a handler or of its keys before
	 * what the jobs were enqueued with. Jobs that run go on. Jobs of a handler that were
	 * enqueued without a limit for their handler, or without a concurrency key, are not
	 * concerned.
	 * @param target what to limit
	 * @param limit the limit; {@link JobLimit#NONE} for none, {@code null} for what the
	 * configuration or the jobs themselves say
	 */
	void limit(LimitTarget target, @Nullable JobLimit limit);

	/**
	 * Return the limits that have been set with {@link #limit(LimitTarget, JobLimit)} or
	 * by the configuration.
	 * @return the limits by what they are for
	 */
	Map<LimitTarget, JobLimit> limits();

	/**
	 * Return the queues that hold live jobs, are paused, or are worked by a node. Cheap
	 * enough to be asked every few seconds, however many jobs there are.
	 * @return the queues by name
	 */
	List<QueueStatus> queues();

	/**
	 * Return the nodes that are alive.
	 * @return the nodes, oldest first
	 */
	List<NodeStatus> nodes();

	/**
	 * Return what a node holds: the jobs that it runs or is about to.
	 * @param node the id of the node
	 * @param limit how many jobs at most, from 1 to {@value #MAX_PAGE_SIZE}
	 * @return the jobs, those that it has held for longest first, as far as that is known
	 */
	List<HeldJob> held(long node, int limit);

	/**
	 * Say why a job is not running, or what has become of it. Takes some milliseconds
	 * however many jobs there are.
	 * @param id the job
	 * @return the reasons
	 * @throws JobNotFoundException if there is none with that id
	 */
	JobExplanation explain(JobId id);

	/**
	 * Retry one job by hand, see {@link #retry(Collection)}.
	 * @param id the job
	 * @return whether it is waiting again
	 */
	default boolean retry(JobId id) {
		return retry(List.of(id)) > 0;
	}

	/**
	 * Retry all jobs by hand that pass a filter, see {@link #retry(Collection)};
	 * {@value #MAX_PAGE_SIZE} at a time.
	 * @param filter which jobs
	 * @return how many of them are waiting again
	 */
	default int retryAll(JobFilter filter) {
		return forEachPage(filter, this::retry);
	}

	/**
	 * Cancel one job, see {@link #cancel(Collection)}.
	 * @param id the job
	 * @return whether it was waiting or running
	 */
	default boolean cancel(JobId id) {
		return cancel(List.of(id)) > 0;
	}

	/**
	 * Cancel all jobs that pass a filter, see {@link #cancel(Collection)};
	 * {@value #MAX_PAGE_SIZE} at a time.
	 * @param filter which jobs
	 * @return how many of them were waiting or running
	 */
	default int cancelAll(JobFilter filter) {
		return forEachPage(filter, this::cancel);
	}

	/**
	 * Delete one job for good, see {@link #delete(Collection)}.
	 * @param id the job
	 * @return whether it was deleted
	 */
	default boolean delete(JobId id) {
		return delete(List.of(id)) > 0;
	}

	/**
	 * Delete all jobs for good that pass a filter, see {@link #delete(Collection)};
	 * {@value #MAX_PAGE_SIZE} at a time.
	 * @param filter which jobs
	 * @return how many of them were deleted
	 */
	default int deleteAll(JobFilter filter) {
		return forEachPage(filter, this::delete);
	}

	/**
	 * Give one waiting job another due time, see
	 * {@link #reschedule(Collection, Instant)}.
	 * @param id the job
	 * @param runAt when it is due; a past instant means at once
	 * @return whether it was changed
	 */
	default boolean reschedule(JobId id, Instant runAt) {
		return reschedule(List.of(id), runAt) > 0;
	}

	/**
	 * Give all waiting jobs another due time that pass a filter, see
	 * {@link #reschedule(Collection, Instant)}; {@value #MAX_PAGE_SIZE} at a time.
	 * @param filter which jobs
	 * @param runAt when they are due; a past instant means at once
	 * @return how many of them were changed
	 */
	default int rescheduleAll(JobFilter filter, Instant runAt) {
		return forEachPage(filter, (ids) -> reschedule(ids, runAt));
	}

	/**
	 * Move one waiting job to another queue, see {@link #move(Collection, String)}.
	 * @param id the job
	 * @param queue the queue
	 * @return whether it was moved
	 */
	default boolean move(JobId id, String queue) {
		return move(List.of(id), queue) > 0;
	}

	/**
	 * Move all waiting jobs to another queue that pass a filter, see
	 * {@link #move(Collection, String)}; {@value #MAX_PAGE_SIZE} at a time.
	 * @param filter which jobs
	 * @param queue the queue
	 * @return how many of them were moved
	 */
	default int moveAll(JobFilter filter, String queue) {
		return forEachPage(filter, (ids) -> move(ids, queue));
	}

	private int forEachPage(JobFilter filter, ToIntFunction<List<JobId>> action) {
		int changed = 0;
		JobId before = null;
		do {
			JobPage page = page(filter, before, MAX_PAGE_SIZE);
			if (!page.jobs().isEmpty()) {
				changed += action.applyAsInt(page.jobs().stream().map(JobRecord::id).toList());
			}
			before = page.next();
		}
		while (before != null);
		return changed;
	}

}
