package io.jobqueue.test.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.EnqueueResult;
import io.jobqueue.EnqueueResult.Kind;
import io.jobqueue.JobFilter;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys while many enqueue at once.
 */
abstract class UniqueContract extends UniqueStoreContract {

	private static final int PRODUCERS = 16;

	@Test
	void sixteenProducersMakeOneJob() throws Exception {
		for (UniqueScope scope : UniqueScope.values()) {
			JobDraft draft = unique("=" + scope, DRAFT, scope, OnDuplicate.SKIP);
			List<EnqueueResult> results = together((index) -> List.of(submit(draft)));
			assertThat(results).filteredOn(EnqueueResult::isEnqueued).hasSize(1);
			assertThat(results).extracting(EnqueueResult::id).containsOnly(results.get(0).id());
		}
		assertThat(jobs()).isEqualTo(3);
	}

	@Test
	void sixteenProducersOfBulksMakeOneJobForEachKey() throws Exception {
		List<EnqueueResult> results = together((index) -> {
			List<NewJob> bulk = new ArrayList<>(IntStream.range(0, 20)
				.mapToObj((key) -> unique("=" + key, DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.REPLACE).job())
				.toList());
			Collections.rotate(bulk, index);
			return this.store.enqueueUnique(bulk);
		});
		assertThat(results).filteredOn(EnqueueResult::isEnqueued).hasSize(20);
		assertThat(results).filteredOn((result) -> result.kind() == Kind.REPLACED).hasSize(20 * (PRODUCERS - 1));
		assertThat(jobs()).isEqualTo(20);
	}

	@Test
	void keysStayUniqueWhileJobsAreClaimedAndSettled() throws Exception {
		List<EnqueueResult> results = together((index) -> {
			List<EnqueueResult> mine = new ArrayList<>();
			long worker = register();
			for (int i = 0; i < 5; i++) {
				mine.add(submit(WAITING));
				List<ClaimedJob> claimed = claim(worker, Claim.of(QUEUE, 10));
				assertThat(claimed).hasSizeLessThanOrEqualTo(1);
				assertThat(exchange(worker, succeeded(claimed), Claim.NONE).refused()).isEmpty();
			}
			return mine;
		});
		long enqueued = results.stream().filter(EnqueueResult::isEnqueued).count();
		assertThat(jobs()).isEqualTo(enqueued);
		assertThat(this.store.admin().find(JobFilter.in(JobState.AVAILABLE), null, 10)).hasSizeLessThanOrEqualTo(1);
	}

	private List<EnqueueResult> together(Producer producer) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(PRODUCERS);
		CyclicBarrier start = new CyclicBarrier(PRODUCERS);
		try {
			List<Future<List<EnqueueResult>>> running = new ArrayList<>();
			for (int i = 0; i < PRODUCERS; i++) {
				int index = i;
				running.add(executor.submit(() -> {
					start.await(30, TimeUnit.SECONDS);
					return producer.produce(index);
				}));
			}
			List<EnqueueResult> results = new ArrayList<>();
			for (Future<List<EnqueueResult>> future : running) {
				results.addAll(future.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * What one of the threads enqueues.
	 */
	@FunctionalInterface
	private interface Producer {

		List<EnqueueResult> produce(int index) throws Exception;

	}

}
