package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long finished jobs are kept.
 */
abstract class RetentionContract extends StoreContract {

	/** How much longer than asked for a store may keep a job, and a little more. */
	private static final Duration TOLERANCE = Duration.ofHours(25);

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
