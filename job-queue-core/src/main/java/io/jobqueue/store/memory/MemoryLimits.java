package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.LimitTarget;
import io.jobqueue.JobLimits;
import io.jobqueue.store.internal.Explainer;

/**
 * The limits of one queue. A job with limits passes two gates before it is ready, that of
 * its key and that of its handler; those of a queue hold for the claim. Guarded by the
 * lock of its store.
 */
final class MemoryLimits {

	private final String queue;

	private final Consumer<MemoryJob> ready;

	private final Map<LimitTarget, JobLimit> set = new HashMap<>();

	private final Map<String, MemoryGate> gates = new HashMap<>();

	private final MemoryBucket bucket = new MemoryBucket();

	private boolean isSetByHand;

	/**
	 * Create limits.
	 * @param queue the queue
	 * @param ready told of each job that has passed
	 */
	MemoryLimits(String queue, Consumer<MemoryJob> ready) {
		this.queue = queue;
		this.ready = ready;
	}

	Map<LimitTarget, JobLimit> all() {
		return Map.copyOf(this.set);
	}

	/**
	 * Set the limit of the queue, unless somebody has set one by hand.
	 */
	void configure(JobLimit limit, Instant now) {
		LimitTarget target = LimitTarget.queue(this.queue);
		if (!this.isSetByHand) {
			put(target, limit.isNone() ? null : limit, now);
		}
	}

	void set(LimitTarget target, @Nullable JobLimit limit, Instant now) {
		if (target.scope() == LimitTarget.Scope.QUEUE) {
			this.isSetByHand = limit != null;
		}
		put(target, limit, now);
	}

	private void put(LimitTarget target, @Nullable JobLimit limit, Instant now) {
		if (limit == null) {
			this.set.remove(target);
		}
		else {
			this.set.put(target, limit);
		}
		admit(now);
	}

	/**
	 * Let a job that is due go on to the first gate that it has not passed.
	 */
	void enter(MemoryJob job, Instant now) {
		for (String name : gatesOf(job)) {
			MemoryGate gate = this.gates.computeIfAbsent(name, (key) -> new MemoryGate());
			if (!gate.isHeldBy(job)) {
				gate.wait(job);
				admit(name, gate, now);
				return;
			}
		}
		this.ready.accept(job);
	}

	/**
	 * Let a job count no more, and others take its place.
	 * @param job the job
	 * @param keepsKey whether it goes on counting under its key
	 * @param now the time
	 */
	void leave(MemoryJob job, boolean keepsKey, Instant now) {
		JobLimits limits = job.limits();
		for (String name : gatesOf(job)) {
			MemoryGate gate = this.gates.get(name);
			if (gate != null && !(keepsKey && limits != null && name.equals(keyGate(limits)))) {
				gate.remove(job);
				admit(name, gate, now);
			}
		}
		this.gates.values().removeIf((gate) -> gate.isUnused(now));
	}

	/**
	 * Return the gate that a job which is due has not passed.
	 */
	Explainer.@Nullable Gate closedGate(MemoryJob job) {
		JobLimits limits = job.limits();
		for (String name : gatesOf(job)) {
			MemoryGate gate = this.gates.get(name);
			if (limits != null && gate != null && !gate.isHeldBy(job)) {
				List<JobId> holders = gate.holders()
					.stream()
					.map(MemoryJob::id)
					.sorted()
					.limit(Explainer.MAX_HOLDERS)
					.toList();
				boolean isOfKey = name.equals(keyGate(limits));
				return new Explainer.Gate(isOfKey, isOfKey ? String.valueOf(limits.key()) : job.handler(), holders);
			}
		}
		return null;
	}

	boolean hasPassed(MemoryJob job) {
		return gatesOf(job).stream().map(this.gates::get).allMatch((gate) -> gate != null && gate.isHeldBy(job));
	}

	/**
	 * Let through what a rate allows by now.
	 */
	void admit(Instant now) {
		List.copyOf(this.gates.entrySet()).forEach((gate) -> admit(gate.getKey(), gate.getValue(), now));
	}

	private void admit(String name, MemoryGate gate, Instant now) {
		MemoryJob first = gate.first();
		while (first != null && gate.admitFirst(limit(name, first), now)) {
			enter(first, now);
			first = gate.first();
		}
	}

	/**
	 * Return how many jobs may be claimed.
	 * @param room how many there is room for
	 * @param running how many are running
	 * @param now the time
	 */
	int room(int room, long running, Instant now) {
		JobLimit limit = this.set.getOrDefault(LimitTarget.queue(this.queue), JobLimit.NONE);
		int most = room;
		if (limit.maxConcurrent() != null) {
			most = (int) Math.max(Math.min(most, limit.maxConcurrent() - running), 0);
		}
		return (limit.rate() != null) ? Math.min(most, this.bucket.fill(limit.rate(), 0, now)) : most;
	}

	void claimed(int count) {
		this.bucket.take(isLimited() ? count : 0);
	}

	/**
	 * Return whether the queue itself has a limit.
	 */
	boolean isLimited() {
		return this.set.containsKey(LimitTarget.queue(this.queue));
	}

	/**
	 * Return how long a rate keeps back jobs for which there would be room.
	 * @param hasAvailable whether jobs are ready that the rate of the queue may keep back
	 * @return how long, or {@code null} if none does
	 */
	@Nullable Duration wait(boolean hasAvailable) {
		JobLimit limit = this.set.getOrDefault(LimitTarget.queue(this.queue), JobLimit.NONE);
		Duration ofQueue = (hasAvailable && limit.rate() != null) ? this.bucket.wait(limit.rate()) : null;
		return Stream.concat(Stream.ofNullable(ofQueue), this.gates.entrySet().stream().map((gate) -> {
			MemoryJob first = gate.getValue().first();
			return (first != null) ? gate.getValue().wait(limit(gate.getKey(), first)) : null;
		}).filter(Objects::nonNull)).min(Duration::compareTo).orElse(null);
	}

	private JobLimit limit(String gate, MemoryJob job) {
		JobLimits limits = Objects.requireNonNull(job.limits());
		boolean isKey = gate.equals(keyGate(limits));
		LimitTarget target = new LimitTarget(this.queue, isKey ? LimitTarget.Scope.KEY : LimitTarget.Scope.HANDLER,
				job.handler());
		return this.set.getOrDefault(target, isKey ? limits.keyLimit() : limits.handlerLimit());
	}

	private static List<String> gatesOf(MemoryJob job) {
		JobLimits limits = job.limits();
		if (limits == null) {
			return List.of();
		}
		return Stream.of(keyGate(limits), limits.handlerLimit().isNone() ? null : "handler " + job.handler())
			.filter(Objects::nonNull)
			.toList();
	}

	private static @Nullable String keyGate(JobLimits limits) {
		return (limits.key() != null) ? "key " + limits.key() : null;
	}

}
