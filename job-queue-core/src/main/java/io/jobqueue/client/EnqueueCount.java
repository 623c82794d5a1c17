package io.jobqueue.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.NewJob;

/**
 * Counts the jobs that are accepted: in a transaction after its commit, so that what is
 * rolled back is not counted. Thread-safe.
 */
final class EnqueueCount {

	private final JobMetrics metrics;

	EnqueueCount(JobMetrics metrics) {
		this.metrics = metrics;
	}

	void enqueued(List<NewJob> jobs) {
		if (this.metrics == JobMetrics.NONE) {
			return;
		}
		if (TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive()) {
			AfterCommit.of(this).jobs.merge(jobs);
		}
		else {
			Tally tally = new Tally();
			tally.merge(jobs);
			tally.report(this.metrics);
		}
	}

	/**
	 * Numbers of jobs by queue and handler.
	 */
	private static final class Tally {

		private final Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();

		void merge(List<NewJob> jobs) {
			for (NewJob job : jobs) {
				this.counts.computeIfAbsent(job.queue(), (queue) -> new LinkedHashMap<>())
					.merge(job.handler(), 1, Integer::sum);
			}
		}

		void report(JobMetrics metrics) {
			this.counts.forEach(
					(queue, handlers) -> handlers.forEach((handler, count) -> metrics.enqueued(queue, handler, count)));
		}

	}

	/**
	 * What one transaction has enqueued.
	 */
	private static final class AfterCommit implements TransactionSynchronization {

		private final EnqueueCount count;

		private final Tally jobs = new Tally();

		private AfterCommit(EnqueueCount count) {
			this.count = count;
		}

		static AfterCommit of(EnqueueCount count) {
			for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
				if (other instanceof AfterCommit pending && pending.count == count) {
					return pending;
				}
			}
			AfterCommit pending = new AfterCommit(count);
			TransactionSynchronizationManager.registerSynchronization(pending);
			return pending;
		}

		@Override
		public void afterCommit() {
			this.jobs.report(this.count.metrics);
		}

	}

}
