package io.jobqueue.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.internal.AfterCommit;

/**
 * Counts the jobs that are accepted: in a transaction after its commit, so that what is
 * rolled back is not counted. Thread-safe.
 */
final class EnqueueCount {

	private final JobMetrics metrics;

	private final AfterCommit<Tally> committed;

	EnqueueCount(JobMetrics metrics) {
		this.metrics = metrics;
		this.committed = new AfterCommit<>(Tally::new, (tally) -> tally.report(metrics));
	}

	void enqueued(List<NewJob> jobs) {
		if (this.metrics == JobMetrics.NONE) {
			return;
		}
		if (AfterCommit.isInTransaction()) {
			this.committed.gathered().merge(jobs);
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

}
