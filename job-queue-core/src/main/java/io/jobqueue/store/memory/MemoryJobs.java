package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Retention;
import io.jobqueue.store.UniqueKey;

/**
 * All jobs and queues, and the moves of jobs from state to state. Guarded by the lock of
 * its store. Invariant: a waiting job is in its queue, a running one is held by the node
 * of its lease, a finished one is among the finished of its state.
 */
final class MemoryJobs {

	private final Retention retention;

	private final NavigableMap<JobId, MemoryJob> all = new TreeMap<>();

	private final NavigableMap<String, MemoryQueue> queues = new TreeMap<>();

	private final Map<JobState, NavigableSet<MemoryJob>> finished = new EnumMap<>(JobState.class);

	private final MemoryUniques uniques = new MemoryUniques((job) -> this.all.containsKey(job.id()));

	private final MemoryEndings endings = new MemoryEndings();

	/** The highest priority that has arrived, by queue. */
	private Map<String, Integer> awakened = new LinkedHashMap<>();

	private boolean cancelling;

	private long lastId;

	MemoryJobs(Retention retention) {
		this.retention = retention;
	}

	List<EnqueueResult> addUnique(List<NewJob> newJobs, Instant now) {
		// All of them are made before the first is added, so that a bad one leaves no
		// trace of the others.
		List<MemoryJob> jobs = new ArrayList<>(newJobs.size());
		List<Instant> dueTimes = new ArrayList<>(newJobs.size());
		for (NewJob job : newJobs) {
			Instant dueAt = dueAt(job, now);
			MemoryJob added = new MemoryJob(new JobId(++this.lastId), job, now);
			added.setDeadline(deadline(job, dueAt));
			jobs.add(added);
			dueTimes.add(dueAt);
		}
		this.uniques.refuseDuplicates(newJobs, jobs.stream().map(MemoryJob::id).toList(), now);
		List<EnqueueResult> results = new ArrayList<>(jobs.size());
		for (int i = 0; i < jobs.size(); i++) {
			results.add(add(jobs.get(i), newJobs.get(i), dueTimes.get(i), now));
		}
		return results;
	}

	private EnqueueResult add(MemoryJob job, NewJob newJob, Instant dueAt, Instant now) {
		UniqueKey key = newJob.unique();
		MemoryJob holder = (key != null) ? this.uniques.holder(newJob, key, now) : null;
		if (key != null && holder != null) {
			return meet(holder, newJob, key, dueAt, now);
		}
		if (key != null) {
			this.uniques.take(job, newJob, key, now);
		}
		this.all.put(job.id(), job);
		putInLine(job, dueAt, now);
		return EnqueueResult.enqueued(job.id());
	}

	private EnqueueResult meet(MemoryJob holder, NewJob newJob, UniqueKey key, Instant dueAt, Instant now) {
		if (!holder.isWaiting() || key.onDuplicate() == OnDuplicate.SKIP) {
			return new EnqueueResult(holder.id(), EnqueueResult.Kind.SKIPPED);
		}
		if (key.onDuplicate() == OnDuplicate.REPLACE) {
			takeOut(holder);
			queue(holder.queue()).limits().leave(holder, false, now);
			holder.become(newJob);
			holder.setDeadline(deadline(newJob, dueAt));
			putInLine(holder, dueAt, now);
			return new EnqueueResult(holder.id(), EnqueueResult.Kind.REPLACED);
		}
		takeOut(holder);
		queue(holder.queue()).limits().leave(holder, false, now);
		holder.setDeadline(deadline(newJob, dueAt));
		putInLine(holder, notBefore(holder.runAt(), dueAt), now);
		return new EnqueueResult(holder.id(), EnqueueResult.Kind.POSTPONED);
	}

	private static Instant dueAt(NewJob job, Instant now) {
		Instant runAt = job.runAt();
		Duration delay = job.delay();
		Assert.isTrue(runAt == null || delay == null, "A job has either a delay or an instant, not both");
		if (delay != null) {
			return notBefore(now, now.plus(delay));
		}
		return (runAt != null) ? notBefore(now, runAt) : now;
	}

	private static @Nullable Instant deadline(NewJob job, Instant dueAt) {
		JobDeadline deadline = job.deadline();
		if (deadline == null) {
			return null;
		}
		Duration afterDue = deadline.afterDue();
		return (afterDue != null) ? dueAt.plus(afterDue) : deadline.at();
	}

	static Instant notBefore(Instant now, Instant dueAt) {
		return dueAt.isBefore(now) ? now : dueAt;
	}

	@Nullable MemoryJob find(JobId id) {
		return this.all.get(id);
	}

	/**
	 * Return jobs newest first.
	 * @param before the id that all returned ones are smaller than, or {@code null}
	 * @return the jobs by descending id
	 */
	Collection<MemoryJob> newestFirst(@Nullable JobId before) {
		return ((before != null) ? this.all.headMap(before, false) : this.all).descendingMap().values();
	}

	MemoryQueue queue(String name) {
		return this.queues.computeIfAbsent(name, MemoryQueue::new);
	}

	Collection<MemoryQueue> queues() {
		return this.queues.values();
	}

	/**
	 * Make the scheduled jobs of a queue available whose time has come.
	 * @param queue the queue
	 * @param now the time
	 */
	void promote(MemoryQueue queue, Instant now) {
		MemoryJob due = queue.firstDue(now);
		while (due != null) {
			queue.remove(due);
			putInLine(due, due.runAt(), now);
			due = queue.firstDue(now);
		}
	}

	void lease(MemoryJob job, MemoryLease lease) {
		queue(job.queue()).remove(job);
		job.becomeRunning(lease);
		lease.node().hold(job);
		queue(job.queue()).runningChanged(+1);
	}

	/**
	 * Let a job wait that ran, is finished, or waits for another time.
	 * @param job the job
	 * @param dueAt when it is due, possibly in the past
	 * @param now the time
	 * @param keepsKey whether it goes on counting under its concurrency key
	 */
	void putBack(MemoryJob job, Instant dueAt, Instant now, boolean keepsKey) {
		boolean isReadyAgain = job.lease() != null && !dueAt.isAfter(now);
		takeOut(job);
		if (!isReadyAgain) {
			queue(job.queue()).limits().leave(job, keepsKey, now);
		}
		putInLine(job, dueAt, now);
	}

	/**
	 * Let a job wait that somebody wants to be run, whatever its deadline was.
	 * @param job the job
	 * @param dueAt when it is due, possibly in the past
	 * @param now the time
	 */
	void putBackByHand(MemoryJob job, Instant dueAt, Instant now) {
		takeOut(job);
		queue(job.queue()).limits().leave(job, false, now);
		job.setDeadline(null);
		putInLine(job, dueAt, now);
	}

	/**
	 * End waiting jobs whose deadline is over.
	 * @param limit how many of a queue at most
	 * @param now the time
	 * @return the jobs
	 */
	List<ExpiredJob> expire(int limit, Instant now) {
		List<ExpiredJob> expired = new ArrayList<>();
		for (MemoryQueue queue : this.queues.values()) {
			MemoryJob job = queue.firstExpired(now);
			for (int i = 0; i < limit && job != null; i++) {
				job.failed(ExpiredJob.FAILURE, now);
				finish(job, JobState.FAILED, null, now);
				expired.add(job.expired());
				job = queue.firstExpired(now);
			}
		}
		return expired;
	}

	void finish(MemoryJob job, JobState end, @Nullable Instant startedAt, Instant now) {
		takeOut(job);
		queue(job.queue()).limits().leave(job, false, now);
		job.becomeFinished(end, startedAt, now);
		if (!this.endings.tell(job, now) && this.retention.of(end).isZero()) {
			this.all.remove(job.id());
		}
		else {
			finished(end).add(job);
		}
	}

	MemoryEndings endings() {
		return this.endings;
	}

	/**
	 * Remove a job at the wish of people.
	 * @param job the job
	 * @param now the time
	 */
	void delete(MemoryJob job, Instant now) {
		this.uniques.forget(job);
		this.endings.deleted(job, now);
		remove(job, now);
	}

	private void remove(MemoryJob job, Instant now) {
		takeOut(job);
		queue(job.queue()).limits().leave(job, false, now);
		this.all.remove(job.id());
	}

	boolean canMove(MemoryJob job, String queue) {
		return job.isWaiting() && !job.queue().equals(queue) && !this.uniques.isUnique(job);
	}

	/**
	 * Let a waiting job wait in another queue.
	 * @param job the job
	 * @param queue the queue
	 * @param now the time
	 */
	void move(MemoryJob job, String queue, Instant now) {
		takeOut(job);
		queue(job.queue()).limits().leave(job, false, now);
		wakeUp(job.queue());
		job.moveTo(queue);
		putInLine(job, job.runAt(), now);
	}

	/**
	 * Let a finished job run again.
	 * @param job the job
	 * @param now the time
	 */
	void retry(MemoryJob job, Instant now) {
		this.uniques.endDuration(job);
		job.forgetAttempts();
		job.forgetAbandonments();
		putBackByHand(job, now, now);
	}

	long prune(Instant now) {
		this.endings.prune(now);
		int before = this.all.size();
		this.finished.forEach((state, jobs) -> {
			Instant limit = now.minus(this.retention.of(state));
			long max = this.retention.max(state);
			while (jobs.size() > max || (!jobs.isEmpty() && jobs.first().finishedAt().isBefore(limit))) {
				remove(jobs.first(), now);
			}
		});
		this.uniques.clean(now);
		return before - this.all.size();
	}

	void wakeUp(String queue) {
		this.awakened.merge(queue, 0, Math::max);
	}

	/**
	 * Return the queues that have got available jobs since the last call.
	 * @return the highest priority among them, by queue
	 */
	Map<String, Integer> takeAwakened() {
		if (this.awakened.isEmpty()) {
			return Map.of();
		}
		Map<String, Integer> taken = this.awakened;
		this.awakened = new LinkedHashMap<>();
		return taken;
	}

	/**
	 * Cancel a job that has not ended: at once if it waits, otherwise by its node.
	 * @param job the job
	 * @param now the time
	 */
	void cancel(MemoryJob job, Instant now) {
		MemoryLease lease = job.lease();
		if (lease != null) {
			job.requestCancel();
			lease.node().cancel(job);
			this.cancelling = true;
		}
		else {
			finish(job, JobState.CANCELLED, null, now);
		}
	}

	/**
	 * Return whether somebody asked to cancel a running job since the last call.
	 * @return whether there is something to tell
	 */
	boolean takeCancelling() {
		boolean taken = this.cancelling;
		this.cancelling = false;
		return taken;
	}

	private void putInLine(MemoryJob job, Instant dueAt, Instant now) {
		if (dueAt.isAfter(now)) {
			job.becomeWaiting(JobState.SCHEDULED, dueAt);
		}
		else {
			job.becomeWaiting(JobState.AVAILABLE, dueAt);
			this.awakened.merge(job.queue(), job.priority(), Math::max);
		}
		queue(job.queue()).add(job, now);
	}

	private void takeOut(MemoryJob job) {
		MemoryLease lease = job.lease();
		if (lease != null) {
			lease.node().letGo(job);
			queue(job.queue()).runningChanged(-1);
		}
		else if (job.isWaiting()) {
			queue(job.queue()).remove(job);
		}
		else {
			finished(job.state()).remove(job);
		}
	}

	private NavigableSet<MemoryJob> finished(JobState state) {
		return this.finished.computeIfAbsent(state,
				(key) -> new TreeSet<>(Comparator.comparing(MemoryJob::finishedAt).thenComparing(MemoryJob::id)));
	}

}
