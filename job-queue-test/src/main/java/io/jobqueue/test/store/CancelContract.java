package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs that somebody calls off while they wait, run, or are finished.
 */
abstract class CancelContract extends StoreContract {

	@Test
	void waitingJobThatIsCancelledNeverRuns() {
		JobId available = enqueue(DRAFT);
		JobId scheduled = enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		Instant before = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
		assertThat(this.store.admin().cancel(List.of(available, scheduled))).isEqualTo(2);
		assertThat(List.of(available, scheduled)).allSatisfy((id) -> {
			JobRecord job = find(id);
			assertThat(job.state()).isEqualTo(JobState.CANCELLED);
			assertThat(job.attempt()).isZero();
			assertThat(job.failures()).isEmpty();
			assertThat(job.finishedAt()).isBetween(before, this.fixture.now());
		});
		this.fixture.advance(Duration.ofHours(1));
		this.node = register();
		assertNothingToClaim();
	}

	@Test
	void runningJobThatIsCancelledIsToldToItsNodeUntilItIsSettled() {
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		long other = register();
		assertThat(this.store.admin().cancel(ids.get(1))).isTrue();
		assertThat(state(ids.get(1))).isEqualTo(JobState.RUNNING);
		assertThat(this.store.heartbeat(other).cancelled()).isEmpty();
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(ids.get(1));
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(ids.get(1));
		settle(cancelled(jobs.get(1)));
		assertThat(this.store.heartbeat(this.node).cancelled()).isEmpty();
		assertThat(state(ids.get(1))).isEqualTo(JobState.CANCELLED);
		assertThat(state(ids.get(0))).isEqualTo(JobState.RUNNING);
	}

	@Test
	void markedJobThatIsCancelledIsToldToItsNode() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		this.store.mark(this.node, List.of(claimed), Map.of());
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(id);
		settle(retry(claimed, Duration.ZERO));
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void cancellingARunningJobTwiceIsHarmless() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		assertThat(this.store.admin().cancel(id)).isTrue();
		assertThat(this.store.admin().cancel(id)).isTrue();
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(id);
		settle(cancelled(claimed));
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void jobThatSucceedsInSpiteOfACancellationHasSucceeded() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		settle(Outcome.succeeded(claimed, "1", RAN));
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(find(id).result()).isEqualTo("1");
	}

	@Test
	void jobThatFailsForGoodInSpiteOfACancellationHasFailed() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		settle(failed(claimed));
		assertThat(state(id)).isEqualTo(JobState.FAILED);
	}

	@Test
	void jobThatWouldRunAgainAfterACancellationIsCancelled() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(4);
		assertThat(this.store.admin().cancel(ids)).isEqualTo(4);
		settle(retry(jobs.get(0), Duration.ZERO), retry(jobs.get(1), Duration.ofHours(1)),
				Outcome.snoozed(jobs.get(2), Duration.ofHours(1), RAN), Outcome.released(jobs.get(3)));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.CANCELLED));
		assertThat(find(ids.get(0)).failures()).hasSize(1);
		assertThat(find(ids.get(0)).attempt()).isEqualTo(1);
		assertThat(find(ids.get(2)).attempt()).isZero();
		assertThat(this.store.heartbeat(this.node).cancelled()).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void jobOfANodeThatDiesAfterACancellationIsCancelled() {
		JobId id = enqueue(DRAFT);
		claimOne();
		this.store.admin().cancel(id);
		assertThat(rescueAllBut().failed()).isEmpty();
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
		assertNothingToClaim();
	}

	@Test
	void jobOfANodeThatLeavesAfterACancellationIsCancelled() {
		JobId id = enqueue(DRAFT);
		claimOne();
		this.store.admin().cancel(id);
		this.store.deregister(this.node);
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
		assertNothingToClaim();
	}

	@Test
	void finishedJobThatIsCancelledStaysAsItIs() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)), cancelled(jobs.get(2)));
		assertThat(this.store.admin().cancel(ids)).isZero();
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.FAILED,
				JobState.CANCELLED);
	}

	@Test
	void unknownJobCannotBeCancelled() {
		assertThat(this.store.admin().cancel(JobId.of(4711))).isFalse();
		assertThat(this.store.admin().cancel(List.of())).isZero();
	}

	@Test
	void cancellationIsForgottenWhenTheJobIsRetriedByHand() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		settle(cancelled(claimed));
		assertThat(this.store.admin().retry(id)).isTrue();
		ClaimedJob again = awaitClaim(this.node);
		assertThat(this.store.heartbeat(this.node).cancelled()).isEmpty();
		settle(retry(again, Duration.ZERO));
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void cancellationOfARunThatSucceededDoesNotCatchLaterJobs() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.admin().cancel(id);
		settle(succeeded(claimed));
		JobId next = enqueue(DRAFT);
		ClaimedJob nextClaimed = claimOne();
		assertThat(nextClaimed.id()).isEqualTo(next);
		assertThat(this.store.heartbeat(this.node).cancelled()).isEmpty();
	}

	@Test
	void allJobsThatPassAFilterAreCancelled() {
		List<JobId> mails = enqueue(3, DRAFT.handler("mail.send"));
		JobId other = enqueue(DRAFT);
		assertThat(this.store.admin().cancelAll(JobFilter.all().handler("mail.send"))).isEqualTo(3);
		assertThat(mails).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.CANCELLED));
		assertThat(awaitClaim(this.node).id()).isEqualTo(other);
	}

}
