package io.jobqueue.store.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.jobqueue.JobId;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

/**
 * How many jobs of each lease of this process are not settled yet, so that the settlement
 * of the last one can delete the lease row. Only bookkeeping: a count that is lost leaves
 * a row behind, which goes with its node. Thread-safe.
 */
final class HeldLeases {

	private final Map<Long, Integer> open = new ConcurrentHashMap<>();

	// Leases whose last job was settled without an exchange.
	private final Set<Long> finished = ConcurrentHashMap.newKeySet();

	void claimed(List<ClaimedJob> jobs) {
		for (ClaimedJob job : jobs) {
			this.open.merge(job.lease(), 1, Integer::sum);
		}
	}

	/**
	 * Count a job that was settled in a transaction of its own.
	 */
	void settled(ClaimedJob job) {
		if (this.open.computeIfPresent(job.lease(), (lease, count) -> (count > 1) ? count - 1 : null) == null) {
			this.finished.add(job.lease());
		}
	}

	/**
	 * Return the leases that this process knows of.
	 */
	List<Long> known() {
		Set<Long> known = new TreeSet<>(this.open.keySet());
		known.addAll(this.finished);
		return new ArrayList<>(known);
	}

	/**
	 * Plan the settlement of outcomes.
	 */
	Plan plan(List<Outcome> outcomes) {
		Map<Long, Integer> counts = new TreeMap<>();
		for (Outcome outcome : outcomes) {
			counts.merge(outcome.job().lease(), 1, Integer::sum);
		}
		Set<Long> closed = new TreeSet<>(this.finished);
		counts.forEach((lease, count) -> {
			if (count.equals(this.open.get(lease))) {
				closed.add(lease);
			}
		});
		Set<Long> all = new TreeSet<>(counts.keySet());
		all.addAll(closed);
		return new Plan(new ArrayList<>(all), new ArrayList<>(closed));
	}

	/**
	 * Count what an exchange has settled.
	 */
	void settled(List<Outcome> outcomes, Set<JobId> deferred, List<Long> closed) {
		Map<Long, Integer> counts = new HashMap<>();
		for (Outcome outcome : outcomes) {
			if (!deferred.contains(outcome.job().id())) {
				counts.merge(outcome.job().lease(), 1, Integer::sum);
			}
		}
		counts.forEach((lease, count) -> {
			Integer left = this.open.computeIfPresent(lease, (key, before) -> (before > count) ? before - count : null);
			if (left == null) {
				this.finished.add(lease);
			}
		});
		closed.forEach(this.finished::remove);
	}

	/**
	 * Which lease rows a settlement touches.
	 *
	 * @param touched all leases, in ascending order
	 * @param closed those of them that have no unsettled job left afterwards
	 */
	record Plan(List<Long> touched, List<Long> closed) {
	}

}
