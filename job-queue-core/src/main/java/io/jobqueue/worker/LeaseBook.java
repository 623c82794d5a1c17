package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The leases of this node with their jobs, from the claim until the store has recorded
 * how the last one ended. Thread-safe.
 */
final class LeaseBook {

	private final Map<Long, Page> pages = new ConcurrentHashMap<>();

	void claimed(long node, List<JobExecution> executions) {
		Map<Long, List<JobExecution>> byLease = new HashMap<>();
		for (JobExecution execution : executions) {
			byLease.computeIfAbsent(execution.job().lease(), (lease) -> new ArrayList<>()).add(execution);
		}
		byLease.forEach((lease, jobs) -> this.pages.put(lease, new Page(node, jobs)));
	}

	/**
	 * Take note that the store knows how a job ended.
	 * @return {@code false} if that has been known already
	 */
	boolean settled(JobExecution execution) {
		Page page = this.pages.get(execution.job().lease());
		if (page == null || !execution.settle()) {
			return false;
		}
		if (page.unsettled.decrementAndGet() == 0) {
			this.pages.remove(execution.job().lease(), page);
		}
		return true;
	}

	/**
	 * Return the unfinished jobs of the leases that were claimed before a time and are
	 * not marked yet.
	 */
	List<Page> unmarkedBefore(long time) {
		List<Page> old = new ArrayList<>();
		for (Page page : this.pages.values()) {
			if (!page.isMarked && page.claimedAt - time < 0) {
				old.add(page);
			}
		}
		return old;
	}

	/**
	 * Do something with each unfinished job.
	 */
	void forEach(Consumer<JobExecution> action) {
		this.pages.values().forEach((page) -> page.unsettled().forEach(action));
	}

	/**
	 * Return how many unfinished jobs are of some kind.
	 */
	int count(Predicate<JobExecution> kind) {
		int[] count = new int[1];
		forEach((execution) -> count[0] += kind.test(execution) ? 1 : 0);
		return count[0];
	}

	/**
	 * Do something with each unfinished job that has been running for a while.
	 */
	void forEachMarked(Consumer<JobExecution> action) {
		this.pages.values()
			.stream()
			.filter((page) -> page.isMarked)
			.forEach((page) -> page.unsettled().forEach(action));
	}

	/**
	 * Return the unfinished jobs of the leases of a node that has lapsed.
	 */
	List<JobExecution> ofNode(long node) {
		List<JobExecution> lost = new ArrayList<>();
		for (Page page : this.pages.values()) {
			if (page.node == node) {
				lost.addAll(page.unsettled());
			}
		}
		return lost;
	}

	/**
	 * One lease.
	 */
	static final class Page {

		private final long node;

		private final Collection<JobExecution> jobs;

		private final long claimedAt;

		private final AtomicInteger unsettled;

		private volatile boolean isMarked;

		Page(long node, List<JobExecution> jobs) {
			this.node = node;
			this.jobs = jobs;
			this.claimedAt = jobs.get(0).claimedAt();
			this.unsettled = new AtomicInteger(jobs.size());
		}

		long node() {
			return this.node;
		}

		List<JobExecution> unsettled() {
			return this.jobs.stream().filter((job) -> !job.isSettled()).toList();
		}

		void marked() {
			this.isMarked = true;
		}

	}

}
