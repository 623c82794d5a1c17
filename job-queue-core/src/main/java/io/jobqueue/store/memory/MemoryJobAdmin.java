package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.HeldJob;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobCount;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNames;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.NodeStatus;
import io.jobqueue.QueueStatus;
import io.jobqueue.store.internal.Explainer;

/**
 * People's view of the jobs in memory. Takes the lock of the store for each call.
 */
final class MemoryJobAdmin implements JobAdmin {

	private final MemoryJobStore store;

	private final MemoryJobs jobs;

	MemoryJobAdmin(MemoryJobStore store, MemoryJobs jobs) {
		this.store = store;
		this.jobs = jobs;
	}

	@Override
	public Optional<JobRecord> find(JobId id) {
		return this.store.atomically((now) -> {
			promoteAll(now);
			return Optional.ofNullable(this.jobs.find(id)).map(MemoryJob::toRecord);
		});
	}

	@Override
	public JobPage page(JobFilter filter, @Nullable JobId before, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		return this.store.atomically((now) -> {
			promoteAll(now);
			List<JobRecord> found = matching(filter, before).limit(limit + 1).toList();
			return (found.size() <= limit) ? new JobPage(found, null)
					: new JobPage(found.subList(0, limit), found.get(limit - 1).id());
		});
	}

	@Override
	public JobCount count(JobFilter filter, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_COUNT,
				() -> "'limit' must be from 1 to " + MAX_COUNT + ", not " + limit);
		return this.store.atomically((now) -> {
			promoteAll(now);
			long count = matching(filter, null).limit(limit + 1).count();
			return new JobCount(Math.min(count, limit), count <= limit);
		});
	}

	private Stream<JobRecord> matching(JobFilter filter, @Nullable JobId before) {
		return this.jobs.newestFirst(before).stream().map(MemoryJob::toRecord).filter(filter::matches);
	}

	@Override
	public Map<JobState, Long> countByState() {
		return this.store.atomically((now) -> {
			promoteAll(now);
			Map<JobState, Long> counts = new EnumMap<>(JobState.class);
			for (JobState state : JobState.values()) {
				counts.put(state, 0L);
			}
			this.jobs.newestFirst(null).forEach((job) -> counts.merge(job.state(), 1L, Long::sum));
			return counts;
		});
	}

	@Override
	public int retry(Collection<JobId> ids) {
		return this.store.atomically(
				(now) -> forEach(ids, (job) -> job.state() == JobState.FAILED || job.state() == JobState.CANCELLED,
						(job) -> this.jobs.retry(job, now)));
	}

	@Override
	public int cancel(Collection<JobId> ids) {
		return this.store
			.atomically((now) -> forEach(ids, (job) -> !job.state().isFinished(), (job) -> this.jobs.cancel(job, now)));
	}

	@Override
	public int delete(Collection<JobId> ids) {
		return this.store.atomically(
				(now) -> forEach(ids, (job) -> job.state() != JobState.RUNNING, (job) -> this.jobs.delete(job, now)));
	}

	@Override
	public int reschedule(Collection<JobId> ids, Instant runAt) {
		return this.store.atomically((now) -> forEach(ids, MemoryJob::isWaiting,
				(job) -> this.jobs.putBackByHand(job, MemoryJobs.notBefore(now, runAt), now)));
	}

	@Override
	public int move(Collection<JobId> ids, String queue) {
		JobNames.requireValid("queue name", queue);
		return this.store.atomically((now) -> forEach(ids, (job) -> this.jobs.canMove(job, queue),
				(job) -> this.jobs.move(job, queue, now)));
	}

	@Override
	public void pause(String queue) {
		JobNames.requireValid("queue name", queue);
		this.store.atomically((now) -> {
			this.jobs.queue(queue).setPaused(true);
			return null;
		});
	}

	@Override
	public void resume(String queue) {
		JobNames.requireValid("queue name", queue);
		this.store.atomically((now) -> {
			this.jobs.queue(queue).setPaused(false);
			this.jobs.wakeUp(queue);
			return null;
		});
	}

	@Override
	public void limit(LimitTarget target, @Nullable JobLimit limit) {
		this.store.atomically((now) -> {
			this.jobs.queue(target.queue()).limits().set(target, limit, now);
			this.jobs.wakeUp(target.queue());
			return null;
		});
	}

	@Override
	public Map<LimitTarget, JobLimit> limits() {
		return this.store.atomically((now) -> {
			Map<LimitTarget, JobLimit> all = new HashMap<>();
			this.jobs.queues().forEach((queue) -> all.putAll(queue.limits().all()));
			return all;
		});
	}

	@Override
	public List<QueueStatus> queues() {
		return this.store.atomically((now) -> {
			promoteAll(now);
			Set<String> names = new TreeSet<>();
			this.jobs.queues().stream().filter(MemoryQueue::isInUse).map(MemoryQueue::name).forEach(names::add);
			this.store.nodes().stream().map(MemoryNode::queues).forEach(names::addAll);
			return names.stream().map((name) -> this.jobs.queue(name).status(now)).toList();
		});
	}

	@Override
	public List<NodeStatus> nodes() {
		return this.store.atomically((now) -> this.store.nodes().stream().map(MemoryNode::status).toList());
	}

	@Override
	public List<HeldJob> held(long node, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE_SIZE,
				() -> "'limit' must be from 1 to " + MAX_PAGE_SIZE + ", not " + limit);
		return this.store.atomically((now) -> this.store.nodes()
			.stream()
			.filter((holder) -> holder.id() == node)
			.flatMap((holder) -> holder.held().stream())
			.map((job) -> new HeldJob(job.id(), job.handler(), job.queue(), job.claimedAt()))
			.sorted(Comparator.comparing(HeldJob::id))
			.limit(limit)
			.toList());
	}

	@Override
	public JobExplanation explain(JobId id) {
		return this.store.atomically((now) -> {
			promoteAll(now);
			MemoryJob job = this.jobs.find(id);
			if (job == null) {
				throw new JobNotFoundException(id);
			}
			JobRecord found = job.toRecord();
			if (Explainer.Facts.isAll(found)) {
				return Explainer.explain(Explainer.Facts.ofFinished(found));
			}
			MemoryQueue queue = this.jobs.queue(job.queue());
			return Explainer.explain(new Explainer.Facts(found, queue.isPaused(), job.isCancelRequested(),
					job.claimedAt(), new JobCount(queue.countAhead(job), true), nodes(), queue.limits().closedGate(job),
					queue.limits().all().get(LimitTarget.queue(job.queue()))));
		});
	}

	private void promoteAll(Instant now) {
		this.jobs.queues().forEach((queue) -> this.jobs.promote(queue, now));
	}

	private int forEach(Collection<JobId> ids, Predicate<MemoryJob> condition, Consumer<MemoryJob> action) {
		List<MemoryJob> chosen = new LinkedHashSet<>(ids).stream()
			.map(this.jobs::find)
			.filter(Objects::nonNull)
			.filter(condition)
			.toList();
		chosen.forEach(action);
		return chosen.size();
	}

}
