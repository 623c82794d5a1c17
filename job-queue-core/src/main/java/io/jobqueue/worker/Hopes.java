package io.jobqueue.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;

/**
 * Why a fetcher should ask the store: queues that may have jobs, and the highest priority
 * that has arrived in each of them since it was last asked. Thread-safe, but what claims
 * have found out is for the fetcher's thread only.
 */
final class Hopes {

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	private final Map<String, Integer> arrivals = new ConcurrentHashMap<>();

	private boolean forSuspects;

	/**
	 * Hope for jobs of a queue.
	 */
	void add(String queue) {
		this.queues.add(queue);
	}

	/**
	 * Hope for jobs of a queue that have just arrived.
	 * @param priority the highest priority among them
	 */
	void add(String queue, int priority) {
		this.arrivals.merge(queue, priority, Math::max);
		this.queues.add(queue);
	}

	Set<String> queues() {
		return this.queues;
	}

	Map<String, Integer> arrivals() {
		return this.arrivals;
	}

	boolean isEmpty() {
		return this.queues.isEmpty() && this.arrivals.isEmpty() && !this.forSuspects;
	}

	/**
	 * Return whether a claim may get something of what is hoped for.
	 */
	boolean concern(Claim claim) {
		if (claim.suspects() && this.forSuspects) {
			return true;
		}
		for (Claim.Room room : claim.queues()) {
			if (this.queues.contains(room.queue())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Take the hopes that a claim will fulfil or disappoint, before the store is asked,
	 * so that the hope of who wakes a queue meanwhile is kept.
	 * @return the arrivals among them
	 */
	Map<String, Integer> take(Claim claim) {
		Map<String, Integer> taken = new HashMap<>();
		for (Claim.Room room : claim.queues()) {
			if (room.above() == null) {
				this.queues.remove(room.queue());
			}
			Integer arrival = this.arrivals.remove(room.queue());
			if (arrival != null) {
				taken.put(room.queue(), arrival);
			}
		}
		return taken;
	}

	/**
	 * Give the hopes back with which the store could not be asked.
	 */
	void giveBack(Claim claim, Map<String, Integer> taken) {
		claim.queues().forEach((room) -> this.queues.add(room.queue()));
		taken.forEach((queue, priority) -> this.arrivals.merge(queue, priority, Math::max));
	}

	/**
	 * Remember the queues that have given all there was room for, or were not asked
	 * because the limit was reached. What they still have is not above what they gave.
	 */
	void learn(Claim claim, Map<String, Integer> taken, Exchange.Result result) {
		List<ClaimedJob> jobs = result.claimed();
		boolean isSuspect = !jobs.isEmpty() && jobs.get(0).isSuspect();
		if (claim.suspects()) {
			this.forSuspects = isSuspect;
		}
		boolean isFull = isSuspect || jobs.size() >= claim.limit();
		for (Claim.Room room : claim.queues()) {
			int count = 0;
			int lowest = Integer.MAX_VALUE;
			for (ClaimedJob job : jobs) {
				if (job.queue().equals(room.queue())) {
					count++;
					lowest = Math.min(lowest, job.priority());
				}
			}
			Integer arrival = taken.get(room.queue());
			if (count > 0 && count >= room.room()) {
				add(room.queue(), lowest);
			}
			else if (isFull) {
				this.queues.add(room.queue());
			}
			if (arrival != null && count < room.room() && (isFull || result.isContended())) {
				// Perhaps nobody has looked for it.
				this.arrivals.merge(room.queue(), arrival, Math::max);
			}
		}
	}

}
