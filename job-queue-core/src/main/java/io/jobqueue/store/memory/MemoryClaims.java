package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;

/**
 * The start of leases: which waiting jobs a node gets. Guarded by the lock of its store.
 */
final class MemoryClaims {

	private final MemoryJobs jobs;

	private long lastLease;

	MemoryClaims(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	/**
	 * Lease jobs to a node.
	 * @param claim what to take
	 * @param node who takes it
	 * @param now the time
	 * @return the jobs in the order of the claim
	 */
	List<ClaimedJob> claim(Claim claim, MemoryNode node, Instant now) {
		if (claim.isEmpty()) {
			return List.of();
		}
		for (Claim.Room room : claim.queues()) {
			this.jobs.promote(this.jobs.queue(room.queue()), now);
			this.jobs.queue(room.queue()).limits().admit(now);
		}
		MemoryJob suspect = claim.suspects() ? findSuspect(claim, now) : null;
		List<MemoryJob> found = (suspect != null) ? List.of(suspect) : findOthers(claim, now);
		MemoryLease lease = new MemoryLease(++this.lastLease, node, now);
		return found.stream().map((job) -> lease(job, lease, now)).toList();
	}

	private ClaimedJob lease(MemoryJob job, MemoryLease lease, Instant now) {
		this.jobs.lease(job, lease);
		return job.claimed(lease, this.jobs.queue(job.queue()).limits().isLimited(), now);
	}

	/**
	 * Return how long rates keep back jobs for which there would be room.
	 * @param claim what was asked for
	 * @return how long, or {@code null} if none does
	 */
	@Nullable Duration limitedFor(Claim claim) {
		return claim.queues()
			.stream()
			.map((room) -> this.jobs.queue(room.queue()))
			.filter((queue) -> !queue.isPaused())
			.map((queue) -> queue.limits().wait(queue.hasReady()))
			.filter(Objects::nonNull)
			.min(Duration::compareTo)
			.orElse(null);
	}

	private @Nullable MemoryJob findSuspect(Claim claim, Instant now) {
		for (Claim.Room room : claim.queues()) {
			MemoryQueue queue = this.jobs.queue(room.queue());
			int most = queue.isPaused() ? 0 : queue.limits().room(room.room(), queue.running(), now);
			MemoryJob suspect = (most > 0) ? queue.firstSuspect(claim.excludedHandlers()) : null;
			if (suspect != null) {
				queue.limits().claimed(1);
				return suspect;
			}
		}
		return null;
	}

	private List<MemoryJob> findOthers(Claim claim, Instant now) {
		List<MemoryJob> found = new ArrayList<>();
		for (Claim.Room room : claim.queues()) {
			MemoryQueue queue = this.jobs.queue(room.queue());
			if (!queue.isPaused()) {
				int limit = Math.min(room.room(), claim.limit() - found.size());
				List<MemoryJob> taken = queue.take(queue.limits().room(limit, queue.running(), now),
						claim.excludedHandlers(), room.above());
				queue.limits().claimed(taken.size());
				found.addAll(taken);
			}
		}
		return found;
	}

}
