package io.jobqueue.client;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnqueueCount}.
 */
class EnqueueCountTests {

	private final Map<String, Integer> counts = new TreeMap<>();

	private final EnqueueCount count = new EnqueueCount(new JobMetrics() {

		@Override
		public void enqueued(String queue, String handler, int jobs) {
			EnqueueCountTests.this.counts.merge(queue + " " + handler, jobs, Integer::sum);
		}

	});

	@AfterEach
	void endTransaction() {
		TransactionSynchronizationManager.clear();
	}

	@Test
	void jobsAreCountedByQueueAndHandler() {
		this.count.enqueued(List.of(job("mail", "a"), job("mail", "b"), job("default", "a"), job("mail", "a")));
		assertThat(this.counts).isEqualTo(Map.of("mail a", 2, "mail b", 1, "default a", 1));
	}

	@Test
	void jobsOfATransactionAreCountedAfterItsCommit() {
		beginTransaction();
		this.count.enqueued(Collections.nCopies(3, job("mail", "a")));
		int synchronizations = TransactionSynchronizationManager.getSynchronizations().size();
		this.count.enqueued(List.of(job("mail", "a"), job("mail", "b")));
		assertThat(TransactionSynchronizationManager.getSynchronizations()).hasSize(synchronizations);
		assertThat(this.counts).isEmpty();
		TransactionSynchronizationUtils.triggerAfterCommit();
		assertThat(this.counts).isEqualTo(Map.of("mail a", 4, "mail b", 1));
	}

	@Test
	void withoutMetricsATransactionDoesNotNotice() {
		beginTransaction();
		new EnqueueCount(JobMetrics.NONE).enqueued(List.of(job("mail", "a")));
		assertThat(TransactionSynchronizationManager.getSynchronizations()).isEmpty();
	}

	private static void beginTransaction() {
		TransactionSynchronizationManager.initSynchronization();
		TransactionSynchronizationManager.setActualTransactionActive(true);
	}

	private static NewJob job(String queue, String handler) {
		return new NewJob(handler, queue, 0, 1, "[]", Map.of(), null, null, null, null);
	}

}
