package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Claim.Room;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many nodes at the same time: each job belongs to one of them at any time, and ends
 * once.
 */
abstract class ConcurrencyContract extends StoreContract {

	private static final int NODES = 4;

	/** Which node holds a job. */
	private final Map<JobId, Long> holders = new ConcurrentHashMap<>();

	/** The jobs that came to an end. */
	private final Set<JobId> ended = ConcurrentHashMap.newKeySet();

	@Test
	void nodesClaimEachJobExactlyOnce() throws Exception {
		List<JobId> ids = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			ids.addAll(enqueue(1000, DRAFT.priority(i % 3).queue((i % 4 == 0) ? "other" : QUEUE)));
		}
		runNodes((random, job) -> succeeded(job), ids.size());
		assertAllSucceeded(ids);
	}

	@Test
	void nodesFinishEachJobOnceWhateverHappensToItBefore() throws Exception {
		List<JobId> ids = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			ids.addAll(enqueue(500, DRAFT.priority(i % 2).attempts(1000, null, null)));
		}
		runNodes(ConcurrencyContract::randomOutcome, ids.size());
		assertAllSucceeded(ids);
	}

	@Test
	void jobsThatAreEnqueuedMeanwhileAreAllClaimed() throws Exception {
		List<JobId> ids = new ArrayList<>();
		ExecutorService enqueuers = Executors.newFixedThreadPool(2);
		try {
			List<Future<List<JobId>>> enqueued = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				int size = 1 + (i * 7) % 20;
				enqueued.add(enqueuers.submit(() -> enqueue(size, DRAFT.priority(size % 2))));
			}
			int total = 0;
			for (int i = 0; i < 200; i++) {
				total += 1 + (i * 7) % 20;
			}
			runNodes((random, job) -> succeeded(job), total);
			for (Future<List<JobId>> batch : enqueued) {
				ids.addAll(batch.get(30, TimeUnit.SECONDS));
			}
			assertThat(ids).hasSize(total);
		}
		finally {
			enqueuers.shutdownNow();
		}
		assertAllSucceeded(ids);
	}

	@Test
	void outcomeThatTwoReportAtTheSameTimeIsRecordedOnce() throws Exception {
		enqueue(200, DRAFT);
		List<ClaimedJob> jobs = awaitClaims(this.node, Claim.of(QUEUE, 200), 200);
		Set<JobId> accepted = ConcurrentHashMap.newKeySet();
		runTogether(NODES, (index) -> {
			for (ClaimedJob job : jobs) {
				Outcome outcome = (index % 2 == 0) ? succeeded(job) : failed(job);
				if (exchange(this.node, List.of(outcome), Claim.NONE).refused().isEmpty()) {
					assertThat(accepted.add(job.id())).as("Job %s was settled twice", job.id()).isTrue();
				}
			}
		});
		assertThat(accepted).hasSize(200);
		assertThat(this.store.admin().find(JobFilter.in(JobState.SUCCEEDED, JobState.FAILED), null, 1000)).hasSize(200)
			.allSatisfy((job) -> assertThat(job.attempt()).isEqualTo(1));
	}

	@Test
	void rescueAndSettlementOfTheSameLeaseExcludeEachOther() throws Exception {
		List<JobId> ids = enqueue(200, DRAFT);
		List<ClaimedJob> jobs = new ArrayList<>();
		while (jobs.size() < 200) {
			jobs.addAll(claim(5));
		}
		Set<JobId> refused = ConcurrentHashMap.newKeySet();
		this.fixture.advance(SILENCE.plusSeconds(1));
		runTogether(2, (index) -> {
			if (index == 0) {
				this.store.rescue(SILENCE);
			}
			else {
				for (ClaimedJob job : jobs) {
					refused.addAll(exchange(this.node, List.of(succeeded(job)), Claim.NONE).refused());
				}
			}
		});
		assertThat(ids).allSatisfy((id) -> assertThat(state(id))
			.isEqualTo(refused.contains(id) ? JobState.AVAILABLE : JobState.SUCCEEDED));
	}

	private static Outcome randomOutcome(Random random, ClaimedJob job) {
		return switch (random.nextInt(6)) {
			case 0 -> Outcome.released(job);
			case 1 -> retry(job, Duration.ZERO);
			case 2 -> Outcome.snoozed(job, Duration.ZERO, RAN);
			default -> succeeded(job);
		};
	}

	private void runNodes(WorkOfANode work, int total) throws Exception {
		runTogether(NODES, (index) -> runNode(new Random(index), work, total));
	}

	private void runNode(Random random, WorkOfANode work, int total) {
		long me = register();
		JobStore mine = this.store;
		List<Outcome> outcomes = new ArrayList<>();
		patiently().atMost(Duration.ofSeconds(90)).until(() -> {
			Claim claim = new Claim(List.of(new Room(QUEUE, 80), new Room("other", 80)), 1 + random.nextInt(100), true,
					Set.of());
			Exchange.Result result = mine.exchange(new Exchange(me, List.copyOf(settling(outcomes)), claim));
			assertThat(result.refused()).isEmpty();
			assertThat(result.isNodeAlive()).isTrue();
			outcomes.removeIf((outcome) -> !result.deferred().contains(outcome.job().id()));
			outcomes.forEach((outcome) -> this.holders.put(outcome.job().id(), me));
			for (ClaimedJob job : result.claimed()) {
				Long other = this.holders.put(job.id(), me);
				assertThat(other).as("Job %s was claimed while it was leased", job.id()).isNull();
				assertThat(this.ended).as("Claimed after the end").doesNotContain(job.id());
				outcomes.add(work.run(random, job));
			}
			return outcomes.isEmpty() && this.ended.size() == total;
		});
	}

	/**
	 * Note that jobs are about to be settled: before the exchange, because afterwards
	 * others may have claimed them already.
	 */
	private List<Outcome> settling(List<Outcome> outcomes) {
		for (Outcome outcome : outcomes) {
			this.holders.remove(outcome.job().id());
			if (outcome.kind() == Outcome.Kind.SUCCEEDED) {
				this.ended.add(outcome.job().id());
			}
		}
		return outcomes;
	}

	private void assertAllSucceeded(List<JobId> ids) {
		assertThat(this.ended).isEqualTo(new HashSet<>(ids));
		Map<JobState, Long> counts = this.store.admin().countByState();
		assertThat(counts).containsEntry(JobState.SUCCEEDED, (long) ids.size());
		assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(ids.size());
		assertNothingToClaim();
	}

	private static void runTogether(int threads, Work work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		CyclicBarrier start = new CyclicBarrier(threads);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int index = i;
				Callable<Void> task = () -> {
					start.await(30, TimeUnit.SECONDS);
					work.run(index);
					return null;
				};
				running.add(executor.submit(task));
			}
			for (Future<?> future : running) {
				future.get(100, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * How a node ends a job.
	 */
	@FunctionalInterface
	private interface WorkOfANode {

		Outcome run(Random random, ClaimedJob job);

	}

	/**
	 * What one of several threads does.
	 */
	@FunctionalInterface
	private interface Work {

		void run(int index) throws Exception;

	}

}
