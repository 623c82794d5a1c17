package io.jobqueue.test.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;

/**
 * The protocol of a store as plainly as it can be said, for one caller at a time. The
 * store makes the ids; which jobs a claim takes is up to the store within the rules of
 * {@link ClaimRules}; all else is decided here:
 * <ul>
 * <li>An <em>outcome</em> is recorded if its job still has the very lease that it was
 * claimed with, whichever node reports it; otherwise it is refused and changes nothing. A
 * success, failure or cancellation ends the job; a retry or a snooze lets it wait for the
 * delay and forgets its abandonments; a release lets it wait as it did before. Each
 * counts as an attempt except a snooze and a release. A failure that is given is recorded
 * under the number of that attempt; a job keeps its last 10.</li>
 * <li>A <em>cancellation</em> ends a job that waits. One that is leased is only told to
 * its node, with each heartbeat, and takes the place of a retry, snooze, release, rescue
 * or deregistration. A success or a failure is recorded as such in spite of it.</li>
 * <li>A <em>node</em> exists from its registration until it is deregistered or declared
 * dead. Only then can it claim. A deregistration releases what it holds.</li>
 * <li>A <em>rescue</em> declares those nodes dead that were silent for at least the given
 * time. Jobs that are leased to a node which does not exist are abandoned once more; with
 * the third time in a row they fail, and an abandonment is recorded as a failure of the
 * last counted attempt. The others wait, as suspects.</li>
 * <li>A <em>mark</em> changes nothing but the progress of jobs that the node holds; it
 * may be ignored for a job that has not been marked since it was leased. The progress is
 * forgotten with the lease.</li>
 * <li>A <em>retry by hand</em> lets failed and cancelled jobs wait anew, without their
 * attempts and abandonments, with their failures. A <em>deletion</em> removes what waits
 * or is finished. A <em>new due time</em> is given to what waits.</li>
 * <li>A <em>unique key</em> belongs to the last job that got it, for as long as that job
 * is in the states of its scope; a key for a duration is free, too, once its job has
 * failed or was cancelled or deleted. A job that holds a key and waits can be replaced or
 * postponed.</li>
 * <li>What ends in a state with no <em>retention</em> is gone at once.</li>
 * </ul>
 * Time is counted in minutes, and stands still unless it is advanced. A test must be over
 * before the store's clock has advanced by a minute of its own.
 */
final class JobStoreModel {

	static final Duration SILENCE = Duration.ofMinutes(3);

	private final Retention retention;

	private final Map<JobId, ModelJob> jobs = new TreeMap<>();

	/** The registered nodes and the minutes of their last heartbeats. */
	private final Map<Long, Long> seenAt = new LinkedHashMap<>();

	private final Map<Long, List<String>> queuesOfNodes = new TreeMap<>();

	final ModelKeys keys = new ModelKeys(this);

	private final Set<String> paused = new TreeSet<>();

	/** The greatest id ever claimed, by queue and priority. */
	private final Map<String, Long> greatestClaimed = new TreeMap<>();

	private long now;

	JobStoreModel(Retention retention) {
		this.retention = retention;
	}

	long now() {
		return this.now;
	}

	void advance(long minutes) {
		this.now += minutes;
	}

	Collection<ModelJob> jobs() {
		return this.jobs.values();
	}

	List<ModelJob> jobs(Predicate<ModelJob> condition) {
		return this.jobs.values().stream().filter(condition).toList();
	}

	@Nullable ModelJob find(JobId id) {
		return this.jobs.get(id);
	}

	void enqueue(int label, JobId id, NewJob job, long dueIn) {
		ModelJob added = new ModelJob(label, id, job);
		added.await(this.now + dueIn, this.now);
		this.jobs.put(id, added);
	}

	/**
	 * Do with the job that holds a key what is wanted then.
	 * @return what was done
	 */
	EnqueueResult.Kind meet(ModelJob holder, NewJob job, long dueIn, OnDuplicate wanted) {
		boolean exists = this.jobs.containsKey(holder.id);
		if (!exists || !holder.isWaiting() || wanted == OnDuplicate.SKIP) {
			return EnqueueResult.Kind.SKIPPED;
		}
		if (wanted == OnDuplicate.POSTPONE) {
			holder.await(Math.max(holder.due, this.now + dueIn), this.now);
			return EnqueueResult.Kind.POSTPONED;
		}
		holder.job = job;
		holder.attempts = 0;
		holder.await(this.now + dueIn, this.now);
		return EnqueueResult.Kind.REPLACED;
	}

	/**
	 * Record an outcome.
	 * @return whether it was recorded; if not, it must be refused
	 */
	boolean settle(Outcome outcome) {
		ModelJob job = this.jobs.get(outcome.job().id());
		if (job == null || job.lease == null || job.lease.lease() != outcome.job().lease()) {
			return false;
		}
		if (outcome.kind() != Outcome.Kind.SNOOZED && outcome.kind() != Outcome.Kind.RELEASED
				&& outcome.kind() != Outcome.Kind.EXPIRED) {
			job.attempts++;
		}
		if (outcome.failure() != null) {
			job.fail();
		}
		switch (outcome.kind()) {
			case SUCCEEDED -> finish(job, JobState.SUCCEEDED);
			case FAILED, EXPIRED -> finish(job, JobState.FAILED);
			case CANCELLED -> finish(job, JobState.CANCELLED);
			case RELEASED -> release(job);
			case RETRY, SNOOZED -> {
				if (job.isCancelRequested) {
					finish(job, JobState.CANCELLED);
				}
				else {
					job.abandonments = 0;
					Duration delay = outcome.delay();
					job.await(this.now + ((delay != null) ? delay.toMinutes() : 0), this.now);
				}
			}
		}
		return true;
	}

	private void release(ModelJob job) {
		if (job.isCancelRequested) {
			finish(job, JobState.CANCELLED);
		}
		else {
			job.await(job.due, this.now);
		}
	}

	private void finish(ModelJob job, JobState end) {
		job.finish(end);
		if (end != JobState.SUCCEEDED) {
			this.keys.endDuration(job);
		}
		if (this.retention.of(end).isZero()) {
			this.jobs.remove(job.id);
		}
	}

	/**
	 * Take note of a claim that {@link ClaimRules} allow.
	 */
	void claimed(long node, List<ClaimedJob> claimed) {
		for (ClaimedJob claim : claimed) {
			ModelJob job = get(claim.id());
			job.lease(claim, node);
			this.greatestClaimed.merge(line(job), job.id.value(), Math::max);
		}
	}

	/**
	 * Return whether no job of the same queue and priority with a greater id was claimed
	 * yet.
	 */
	boolean isBeyondClaims(ModelJob job) {
		return job.id.value() > this.greatestClaimed.getOrDefault(line(job), 0L);
	}

	private static String line(ModelJob job) {
		return job.job.queue() + " " + job.job.priority();
	}

	ModelJob get(JobId id) {
		ModelJob job = this.jobs.get(id);
		if (job == null) {
			throw new IllegalStateException("No job " + id);
		}
		return job;
	}

	void register(long node, List<String> queues) {
		this.seenAt.put(node, this.now);
		this.queuesOfNodes.put(node, queues);
	}

	boolean isRegistered(long node) {
		return this.seenAt.containsKey(node);
	}

	Set<Long> nodes() {
		return this.seenAt.keySet();
	}

	/**
	 * Let a node be seen.
	 * @return what it should cancel, or {@code null} if it does not exist
	 */
	@Nullable Set<JobId> heartbeat(long node) {
		if (this.seenAt.computeIfPresent(node, (id, before) -> this.now) == null) {
			return null;
		}
		Set<JobId> cancelled = new TreeSet<>();
		jobs((job) -> job.isLeasedTo(node) && job.isCancelRequested).forEach((job) -> cancelled.add(job.id));
		return cancelled;
	}

	void deregister(long node) {
		if (isRegistered(node)) {
			forget(node);
			jobs((job) -> job.isLeasedTo(node)).forEach(this::release);
		}
	}

	/**
	 * Remove a node, but not its leases.
	 */
	void forget(long node) {
		this.seenAt.remove(node);
		this.queuesOfNodes.remove(node);
	}

	Rescue rescue() {
		List<Long> dead = this.seenAt.entrySet()
			.stream()
			.filter((node) -> this.now - node.getValue() >= SILENCE.toMinutes())
			.map(Map.Entry::getKey)
			.toList();
		dead.forEach(this::forget);
		int rescued = 0;
		List<JobId> failed = new ArrayList<>();
		for (ModelJob job : jobs((candidate) -> candidate.lease != null && !isRegistered(candidate.node))) {
			job.abandonments++;
			if (!job.isCancelRequested && job.abandonments >= Rescue.MAX_ABANDONMENTS) {
				job.fail();
				finish(job, JobState.FAILED);
				failed.add(job.id);
			}
			else {
				release(job);
				rescued += job.isWaiting() ? 1 : 0;
			}
		}
		return new Rescue(dead, rescued, failed);
	}

	/**
	 * Store reports of a node.
	 * @param marked jobs whose leases are marked, if they are the node's
	 */
	void mark(long node, Collection<ClaimedJob> marked, Map<JobId, JobProgress> reports) {
		for (ClaimedJob claim : marked) {
			ModelJob job = this.jobs.get(claim.id());
			if (job != null && job.isLeasedTo(node) && claim.equals(job.lease)) {
				job.isMarked = true;
			}
		}
		reports.forEach((id, report) -> {
			ModelJob job = this.jobs.get(id);
			if (job != null && job.isLeasedTo(node)) {
				job.progress = report;
				job.isProgressSure = job.isMarked;
			}
		});
	}

	int cancel(Collection<JobId> ids) {
		return change(ids, (job) -> job.end == null, (job) -> {
			job.isCancelRequested = true;
			if (job.isWaiting()) {
				finish(job, JobState.CANCELLED);
			}
		});
	}

	int retry(Collection<JobId> ids) {
		return change(ids, (job) -> job.end == JobState.FAILED || job.end == JobState.CANCELLED, (job) -> {
			job.attempts = 0;
			job.abandonments = 0;
			job.await(this.now, this.now);
		});
	}

	int delete(Collection<JobId> ids) {
		return change(ids, (job) -> job.lease == null, (job) -> {
			this.keys.endDuration(job);
			this.jobs.remove(job.id);
		});
	}

	int reschedule(Collection<JobId> ids, long dueIn) {
		return change(ids, ModelJob::isWaiting, (job) -> job.await(this.now + dueIn, this.now));
	}

	private int change(Collection<JobId> ids, Predicate<ModelJob> condition, Consumer<ModelJob> action) {
		List<ModelJob> chosen = ids.stream()
			.distinct()
			.filter(this.jobs::containsKey)
			.map(this::get)
			.filter(condition)
			.toList();
		chosen.forEach(action);
		return chosen.size();
	}

	void setPaused(String queue, boolean isPaused) {
		if (isPaused) {
			this.paused.add(queue);
		}
		else {
			this.paused.remove(queue);
		}
	}

	boolean isPaused(String queue) {
		return this.paused.contains(queue);
	}

	/**
	 * Return the queues that people see: those that hold live jobs, are paused, or are
	 * worked by a node.
	 */
	Set<String> visibleQueues() {
		Set<String> visible = new TreeSet<>(this.paused);
		this.queuesOfNodes.values().forEach(visible::addAll);
		jobs((job) -> job.end == null).forEach((job) -> visible.add(job.job.queue()));
		return visible;
	}

}
