package io.jobqueue.store.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
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
 * Which jobs of each lease of this process are not settled yet, so that the settlement of
 * the last one can delete the lease row. An outcome that is reported twice, or refused,
 * changes nothing the second time. Only bookkeeping: what is lost leaves a row behind,
 * which goes with its node. Thread-safe.
 */
final class HeldLeases {

	private final Map<Long, Set<Long>> open = new ConcurrentHashMap<>();

	// Leases whose last job was settled without an exchange.
	private final Set<Long> finished = ConcurrentHashMap.newKeySet();

	void claimed(List<ClaimedJob> jobs) {
		for (ClaimedJob job : jobs) {
			this.open.computeIfAbsent(job.lease(), (lease) -> new HashSet<>()).add(job.id().value());
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
	 * @param withFinished whether leases that were finished by others are to be closed
	 * too; not by two calls at a time, or one waits for the other
	 */
	Plan plan(List<Outcome> outcomes, boolean withFinished) {
		Map<Long, Set<Long>> reported = byLease(outcomes);
		Set<Long> closed = withFinished ? new TreeSet<>(this.finished) : new TreeSet<>();
		reported.forEach((lease, ids) -> {
			if (isCoveredBy(lease, ids)) {
				closed.add(lease);
			}
		});
		return new Plan(reported, closed);
	}

	private boolean isCoveredBy(Long lease, Set<Long> ids) {
		boolean[] covered = new boolean[1];
		this.open.computeIfPresent(lease, (key, unsettled) -> {
			covered[0] = ids.containsAll(unsettled);
			return unsettled;
		});
		return covered[0];
	}

	/**
	 * Take note of what an exchange has settled or refused.
	 */
	void settled(Plan plan, Set<JobId> deferred) {
		plan.reported.forEach((lease, ids) -> {
			deferred.forEach((id) -> ids.remove(id.value()));
			remove(lease, ids);
		});
		this.finished.removeAll(plan.closed);
	}

	/**
	 * Take note of a job that was settled in a transaction of its own.
	 */
	void settled(ClaimedJob job) {
		remove(job.lease(), Set.of(job.id().value()));
	}

	private void remove(Long lease, Collection<Long> ids) {
		this.open.computeIfPresent(lease, (key, unsettled) -> {
			unsettled.removeAll(ids);
			if (!unsettled.isEmpty()) {
				return unsettled;
			}
			this.finished.add(key);
			return null;
		});
	}

	private static Map<Long, Set<Long>> byLease(List<Outcome> outcomes) {
		Map<Long, Set<Long>> byLease = new TreeMap<>();
		for (Outcome outcome : outcomes) {
			byLease.computeIfAbsent(outcome.job().lease(), (lease) -> new HashSet<>()).add(outcome.job().id().value());
		}
		return byLease;
	}

	/**
	 * Which lease rows a settlement touches.
	 *
	 * @param reported the jobs that it settles, by lease
	 * @param closed the leases that have no unsettled job left afterwards
	 */
	record Plan(Map<Long, Set<Long>> reported, Set<Long> closed) {

		/**
		 * Return all leases, in ascending order.
		 */
		List<Long> touched() {
			Set<Long> touched = new TreeSet<>(this.reported.keySet());
			touched.addAll(this.closed);
			return List.copyOf(touched);
		}

		/**
		 * Return a plan that closes no lease.
		 */
		Plan withoutClosing() {
			return new Plan(this.reported, Set.of());
		}

	}

}
