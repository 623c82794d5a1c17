package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long finished jobs are kept, and how many.
 */
abstract class RetentionContract extends StoreContract {

	/** How much longer than asked for a store may keep a job, and a little more. */
	private static final Duration TOLERANCE = Duration.ofHours(25);

	private static final Retention LONG = new Retention(Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(30));

	@Test
	void succeededAndCancelledJobsLeaveNoTraceIfTheirRetentionIsZero() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)), cancelled(jobs.get(1)), failed(jobs.get(2)));
		assertThat(this.store.admin().cancel(ids.get(3))).isTrue();
		assertThat(this.store.admin().find(JobFilter.all(), null, 10)).singleElement()
			.satisfies((job) -> assertThat(job.id()).isEqualTo(ids.get(2)));
		assertThat(this.store.admin().find(ids.get(0))).isEmpty();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, 0L)
			.containsEntry(JobState.CANCELLED, 0L)
			.containsEntry(JobState.FAILED, 1L);
		assertThat(refused(succeeded(jobs.get(0)))).containsExactly(ids.get(0));
		assertNothingToClaim();
	}

	@Test
	void runningJobsThatAreCancelledLeaveNoTraceIfTheirRetentionIsZero() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		settle(retry(claimed, Duration.ZERO));
		assertThat(this.store.admin().find(id)).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void retentionOfOneStateDoesNotDecideAboutOthers() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(1)));
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		settle(succeeded(jobs.get(0)), cancelled(jobs.get(1)));
		assertThat(this.store.admin().find(ids.get(0))).isEmpty();
		assertThat(state(ids.get(1))).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void finishedJobsAreKeptUntilTheirRetentionIsOver() {
		List<JobId> ids = finishOneOfEachState(
				new Retention(Duration.ofDays(2), Duration.ofDays(5), Duration.ofDays(8)));
		this.fixture.advance(Duration.ofDays(2).minusHours(1));
		this.store.prune();
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.FAILED,
				JobState.CANCELLED);
	}

	@Test
	void finishedJobsAreRemovedWhenTheirRetentionIsOver() {
		List<JobId> ids = finishOneOfEachState(
				new Retention(Duration.ofDays(2), Duration.ofDays(5), Duration.ofDays(8)));
		this.fixture.advance(Duration.ofDays(2).plus(TOLERANCE));
		assertPruned(ids.subList(0, 1), ids.subList(1, 3));
		this.fixture.advance(Duration.ofDays(3));
		assertPruned(ids.subList(0, 2), ids.subList(2, 3));
		this.fixture.advance(Duration.ofDays(3));
		assertPruned(ids, List.of());
		assertThat(this.store.prune()).isZero();
	}

	@Test
	void liveJobsAreNeverRemoved() {
		useStore(new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1)));
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		settle(retry(jobs.get(1), Duration.ofDays(400)));
		this.fixture.advance(Duration.ofDays(100));
		this.store.prune();
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.RUNNING, JobState.SCHEDULED,
				JobState.AVAILABLE);
	}

	@Test
	void retentionStartsAnewWhenARetriedJobEnds() {
		useStore(new Retention(Duration.ofDays(2), Duration.ofDays(2), Duration.ofDays(2)));
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		this.fixture.advance(Duration.ofDays(1));
		this.store.admin().retry(id);
		this.fixture.advance(Duration.ofDays(10));
		this.store.prune();
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		this.node = register();
		settle(failed(awaitClaim(this.node)));
		this.fixture.advance(Duration.ofDays(1));
		this.store.prune();
		assertThat(state(id)).isEqualTo(JobState.FAILED);
		this.fixture.advance(Duration.ofDays(1).plus(TOLERANCE));
		assertPruned(List.of(id), List.of());
	}

	@Test
	void pruneOfAnEmptyStoreRemovesNothing() {
		assertThat(this.store.prune()).isZero();
	}

	@Test
	void theYoungestJobsAreKept() {
		useStore(LONG.withMaxSucceeded(3));
		List<JobId> ids = finishInTurn(7, StoreContract::succeeded);
		assertPruned(ids.subList(0, 4), ids.subList(4, 7));
		assertKept(JobState.SUCCEEDED, ids.subList(4, 7));
		assertThat(this.store.prune()).isZero();
		assertKept(JobState.SUCCEEDED, ids.subList(4, 7));
	}

	@Test
	void asManyAsMayBeKeptAreKept() {
		useStore(LONG.withMaxSucceeded(3).withMaxFailed(3).withMaxCancelled(3));
		List<JobId> ids = finishInTurn(3, StoreContract::succeeded);
		assertPruned(List.of(), ids);
	}

	@Test
	void numberOfOneStateDoesNotDecideAboutOthers() {
		useStore(LONG.withMaxSucceeded(3).withMaxFailed(2).withMaxCancelled(1));
		List<JobId> succeeded = finishInTurn(3, StoreContract::succeeded);
		List<JobId> failed = finishInTurn(3, StoreContract::failed);
		List<JobId> cancelled = finishInTurn(3, StoreContract::cancelled);
		List<JobId> live = enqueue(4, DRAFT);
		settle(retry(claimOne(), Duration.ofDays(1)));
		claimOne();
		this.store.prune();
		assertKept(JobState.SUCCEEDED, succeeded);
		assertKept(JobState.FAILED, failed.subList(1, 3));
		assertKept(JobState.CANCELLED, cancelled.subList(2, 3));
		assertThat(live.stream().map(this::state)).containsExactly(JobState.SCHEDULED, JobState.RUNNING,
				JobState.AVAILABLE, JobState.AVAILABLE);
	}

	@Test
	void numberIsThatOfAllQueuesTogether() {
		useStore(LONG.withMaxFailed(4));
		List<JobId> ids = new ArrayList<>();
		for (String queue : List.of("b", "b", "a", "c", "a", "b", "b", "c", "a", "c")) {
			ids.addAll(finishInTurn(1, DRAFT.queue(queue), StoreContract::failed));
		}
		assertPruned(ids.subList(0, 6), ids.subList(6, 10));
		assertKept(JobState.FAILED, ids.subList(6, 10));
	}

	@Test
	void queueThatIsSilentLosesItsJobsFirst() {
		useStore(LONG.withMaxSucceeded(5));
		List<JobId> silent = finishInTurn(4, DRAFT.queue("silent"), StoreContract::succeeded);
		List<JobId> busy = finishInTurn(4, StoreContract::succeeded);
		assertPruned(silent.subList(0, 3), silent.subList(3, 4));
		busy.addAll(finishInTurn(3, StoreContract::succeeded));
		this.store.prune();
		assertKept(JobState.SUCCEEDED, busy.subList(2, 7));
		assertThat(silent).allSatisfy((id) -> assertThat(this.store.admin().find(id)).isEmpty());
	}

	@Test
	void manyJobsOfUnequalQueuesAreRemovedAtOnce() {
		useStore(LONG.withMaxSucceeded(1200));
		finishTogether(4500, "large");
		finishTogether(300, "small");
		finishTogether(200, "large");
		List<JobId> kept = new ArrayList<>();
		kept.addAll(finishTogether(500, "other"));
		kept.addAll(finishTogether(400, "small"));
		kept.addAll(finishTogether(300, "large"));
		this.store.prune();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, 1200L);
		assertThat(kept).allSatisfy((id) -> assertThat(this.store.admin().find(id)).isPresent());
	}

	@Test
	void ageAndNumberAreBothObeyed() {
		useStore(new Retention(Duration.ofDays(2), Duration.ofDays(2), Duration.ofDays(2)).withMaxSucceeded(3));
		List<JobId> old = finishInTurn(5, StoreContract::succeeded);
		assertPruned(old.subList(0, 2), old.subList(2, 5));
		this.fixture.advance(Duration.ofDays(2).plus(TOLERANCE));
		List<JobId> young = finishInTurn(1, StoreContract::succeeded);
		assertPruned(old, young);
		young.addAll(finishInTurn(3, StoreContract::succeeded));
		assertPruned(young.subList(0, 1), young.subList(1, 4));
	}

	@Test
	void jobsThatWereRetriedOrDeletedDoNotCount() {
		useStore(LONG.withMaxFailed(2));
		List<JobId> ids = finishInTurn(5, StoreContract::failed);
		assertThat(this.store.admin().retry(ids.get(4))).isTrue();
		assertThat(this.store.admin().delete(ids.get(3))).isTrue();
		assertThat(this.store.admin().delete(ids.get(0))).isTrue();
		assertPruned(List.of(), ids.subList(1, 3));
		assertThat(state(ids.get(4))).isEqualTo(JobState.AVAILABLE);
		settle(failed(awaitClaim(this.node)));
		assertPruned(ids.subList(1, 2), List.of(ids.get(2), ids.get(4)));
		assertKept(JobState.FAILED, List.of(ids.get(2), ids.get(4)));
	}

	@Test
	void withoutANumberNoneIsRemoved() {
		useStore(LONG);
		List<JobId> ids = finishTogether(3000, QUEUE);
		assertThat(this.store.prune()).isZero();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, (long) ids.size());
	}

	@Test
	void instancesThatPruneAtTheSameTimeDoNotRemoveMore() {
		useStore(LONG.withMaxSucceeded(500));
		JobStore other = this.fixture.secondInstance().orElse(this.store);
		for (int i = 0; i < 5; i++) {
			finishTogether(300, "a");
			finishTogether(400, "b");
			CompletableFuture<Long> first = CompletableFuture.supplyAsync(this.store::prune);
			CompletableFuture<Long> second = CompletableFuture.supplyAsync(other::prune);
			first.join();
			second.join();
			assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, 500L);
		}
	}

	/**
	 * Finish jobs one after the other, with some time in between.
	 */
	private List<JobId> finishInTurn(int count, Function<ClaimedJob, Outcome> how) {
		return finishInTurn(count, DRAFT, how);
	}

	private List<JobId> finishInTurn(int count, JobDraft draft, Function<ClaimedJob, Outcome> how) {
		List<JobId> ids = new ArrayList<>(enqueue(count, draft));
		List<ClaimedJob> jobs = awaitClaims(this.node, Claim.of(draft.job().queue(), count), count);
		for (ClaimedJob job : jobs) {
			settle(how.apply(job));
			this.fixture.advance(Duration.ofSeconds(1));
		}
		return ids;
	}

	private List<JobId> finishTogether(int count, String queue) {
		List<JobId> ids = enqueue(count, DRAFT.queue(queue));
		int left = count;
		while (left > 0) {
			int part = Math.min(left, 1000);
			List<ClaimedJob> jobs = awaitClaims(this.node, Claim.of(queue, part), part);
			settle(succeeded(jobs).toArray(Outcome[]::new));
			left -= part;
		}
		this.fixture.advance(Duration.ofSeconds(1));
		return ids;
	}

	private void assertKept(JobState state, List<JobId> ids) {
		assertThat(this.store.admin().find(JobFilter.in(state), null, 100)).extracting(JobRecord::id)
			.containsExactlyInAnyOrderElementsOf(ids);
		assertThat(this.store.admin().countByState()).containsEntry(state, (long) ids.size());
	}

	private List<JobId> finishOneOfEachState(Retention retention) {
		useStore(retention);
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)), cancelled(jobs.get(2)));
		return ids;
	}

	private void assertPruned(List<JobId> removed, List<JobId> kept) {
		this.store.prune();
		assertThat(removed).allSatisfy((id) -> assertThat(this.store.admin().find(id)).isEmpty());
		assertThat(kept).allSatisfy((id) -> assertThat(this.store.admin().find(id)).isPresent());
	}

}
