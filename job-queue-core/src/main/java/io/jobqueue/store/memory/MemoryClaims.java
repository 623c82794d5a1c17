package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
		claim.queues().forEach((room) -> this.jobs.promote(this.jobs.queue(room.queue()), now));
		MemoryJob suspect = claim.suspects() ? findSuspect(claim) : null;
		List<MemoryJob> found = (suspect != null) ? List.of(suspect) : findOthers(claim);
		MemoryLease lease = new MemoryLease(++this.lastLease, node);
		return found.stream().map((job) -> lease(job, lease)).toList();
	}

	private ClaimedJob lease(MemoryJob job, MemoryLease lease) {
		this.jobs.lease(job, lease);
		return job.claimed(lease);
	}

	private @Nullable MemoryJob findSuspect(Claim claim) {
		for (Claim.Room room : claim.queues()) {
			MemoryQueue queue = this.jobs.queue(room.queue());
			MemoryJob suspect = (room.room() > 0 && !queue.isPaused()) ? queue.firstSuspect(claim.excludedHandlers())
					: null;
			if (suspect != null) {
				return suspect;
			}
		}
		return null;
	}

	private List<MemoryJob> findOthers(Claim claim) {
		List<MemoryJob> found = new ArrayList<>();
		for (Claim.Room room : claim.queues()) {
			MemoryQueue queue = this.jobs.queue(room.queue());
			if (!queue.isPaused()) {
				int limit = Math.min(room.room(), claim.limit() - found.size());
				found.addAll(queue.take(limit, claim.excludedHandlers()));
			}
		}
		return found;
	}

}
