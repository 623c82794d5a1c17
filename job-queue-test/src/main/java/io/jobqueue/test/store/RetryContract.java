package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Finished jobs that somebody lets run again.
 */
abstract class RetryContract extends StoreContract {

	@Test
	void failedJobIsAvailableAgainWithFreshAttempts() {
		JobId id = enqueue(DRAFT.arguments("[7]").priority(4).attempts(2, Duration.ofSeconds(9), "1000 1.0 1000 0.0"));
		Instant createdAt = find(id).createdAt();
		settle(retry(claimOne(), Duration.ZERO));
		settle(failed(awaitClaim(this.node)));
		Instant failedAt = this.fixture.now();
		assertThat(this.store.admin().retry(id)).isTrue();
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
		assertThat(job.attempt()).isZero();
		assertThat(job.failures()).hasSize(2);
		assertThat(job.createdAt()).isEqualTo(createdAt);
		assertThat(job.runAt()).isAfterOrEqualTo(failedAt.minusMillis(1)).isBeforeOrEqualTo(this.fixture.now());
		assertThat(job.startedAt()).isNull();
		assertThat(job.finishedAt()).isNull();
		assertThat(job.priority()).isEqualTo(4);
		assertThat(job.maxAttempts()).isEqualTo(2);
		ClaimedJob claimed = awaitClaim(this.node);
		assertThat(claimed.id()).isEqualTo(id);
		assertThat(claimed.attempts()).isZero();
		assertThat(claimed.arguments()).isEqualTo("[7]");
		assertThat(claimed.timeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(claimed.backoff()).isEqualTo("1000 1.0 1000 0.0");
		assertThat(claimed.createdAt()).isEqualTo(createdAt);
	}

	@Test
	void secondRetryDoesNothing() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		assertThat(this.store.admin().retry(id)).isTrue();
		assertThat(this.store.admin().retry(id)).isFalse();
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
		assertNothingToClaim();
		assertThat(this.store.admin().retry(id)).isFalse();
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
	}

	@Test
	void jobThatIsNamedTwiceIsRetriedOnce() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		assertThat(this.store.admin().retry(List.of(id, id))).isEqualTo(1);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 1))).containsExactly(id);
	}

	@Test
	void retriedJobCanFailAgainAndBeRetriedAgain() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		this.store.admin().retry(id);
		settle(failed(awaitClaim(this.node)));
		assertThat(state(id)).isEqualTo(JobState.FAILED);
		assertThat(find(id).attempt()).isEqualTo(1);
		assertThat(find(id).failures()).hasSize(2);
		assertThat(this.store.admin().retry(id)).isTrue();
		settle(succeeded(awaitClaim(this.node)));
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(find(id).failures()).hasSize(2);
	}

	@Test
	void cancelledJobIsAvailableAgain() {
		List<JobId> ids = enqueue(2, DRAFT);
		settle(cancelled(claimOne()));
		this.store.admin().cancel(ids.get(1));
		assertThat(this.store.admin().retry(ids)).isEqualTo(2);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 2))).isEqualTo(ids);
	}

	@Test
	void abandonedJobIsNoSuspectAnyMore() {
		JobId id = enqueue(DRAFT);
		for (int i = 0; i < Rescue.MAX_ABANDONMENTS; i++) {
			this.node = register();
			awaitClaim(this.node);
			rescueAllBut();
		}
		assertThat(state(id)).isEqualTo(JobState.FAILED);
		assertThat(this.store.admin().retry(id)).isTrue();
		this.node = register();
		ClaimedJob claimed = awaitClaim(this.node);
		assertThat(claimed.abandonments()).isZero();
		assertThat(claimed.isSuspect()).isFalse();
		assertThat(find(id).failures()).hasSize(1);
	}

	@Test
	void jobsThatDidNotEndBadlyAreLeftAlone() {
		JobId succeeded = enqueue(DRAFT);
		settle(succeeded(claimOne()));
		JobId running = enqueue(DRAFT);
		claimOne();
		JobId available = enqueue(DRAFT);
		JobId scheduled = enqueue(DRAFT.delay(Duration.ofHours(1)));
		List<JobId> ids = List.of(succeeded, running, available, scheduled, JobId.of(987_654_321));
		assertThat(this.store.admin().retry(ids)).isZero();
		assertThat(ids.subList(0, 4).stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.RUNNING,
				JobState.AVAILABLE, JobState.SCHEDULED);
	}

	@Test
	void outcomeOfTheRunBeforeTheRetryIsRefused() {
		JobId id = enqueue(DRAFT);
		ClaimedJob before = claimOne();
		settle(failed(before));
		this.store.admin().retry(id);
		assertThat(refused(succeeded(before))).containsExactly(id);
		awaitClaim(this.node);
		assertThat(refused(succeeded(before))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
	}

	@Test
	void allJobsThatPassAFilterAreRetried() {
		enqueue(1500, DRAFT);
		List<ClaimedJob> jobs = awaitClaims(this.node, Claim.of(QUEUE, 500), 1500);
		settle(jobs.stream().map(StoreContract::failed).toArray(Outcome[]::new));
		JobId other = enqueue(DRAFT.queue("other"));
		this.store.admin().cancel(other);
		assertThat(this.store.admin().retryAll(JobFilter.in(JobState.FAILED).queue(QUEUE))).isEqualTo(1500);
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 1500L)
			.containsEntry(JobState.CANCELLED, 1L)
			.containsEntry(JobState.FAILED, 0L);
		assertThat(awaitClaims(this.node, Claim.of(QUEUE, 500), 1500)).hasSize(1500);
	}

}
