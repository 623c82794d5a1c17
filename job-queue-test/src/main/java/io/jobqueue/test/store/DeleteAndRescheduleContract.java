package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs that somebody deletes for good, or gives another due time.
 */
abstract class DeleteAndRescheduleContract extends StoreContract {

	@Test
	void waitingAndFinishedJobsAreDeleted() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)), cancelled(jobs.get(2)));
		JobId scheduled = enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		assertThat(this.store.admin().delete(ids)).isEqualTo(4);
		assertThat(this.store.admin().delete(scheduled)).isTrue();
		assertThat(this.store.admin().find(JobFilter.all(), null, 10)).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void deletedJobIsGoneForGood() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		assertThat(this.store.admin().delete(id)).isTrue();
		assertThat(this.store.admin().delete(id)).isFalse();
		assertThat(this.store.admin().retry(id)).isFalse();
		assertThat(this.store.admin().find(id)).isEmpty();
		assertThat(enqueue(DRAFT)).isGreaterThan(id);
	}

	@Test
	void runningJobIsNotDeleted() {
		List<JobId> ids = enqueue(2, DRAFT);
		ClaimedJob claimed = claimOne();
		assertThat(this.store.admin().delete(ids)).isEqualTo(1);
		assertThat(state(ids.get(0))).isEqualTo(JobState.RUNNING);
		this.store.admin().cancel(ids.get(0));
		assertThat(this.store.admin().delete(ids.get(0))).isFalse();
		settle(cancelled(claimed));
		assertThat(this.store.admin().delete(ids.get(0))).isTrue();
	}

	@Test
	void suspectIsDeleted() {
		JobId id = enqueue(DRAFT);
		claimOne();
		rescueAllBut();
		assertThat(this.store.admin().delete(id)).isTrue();
		assertNothingToClaim();
	}

	@Test
	void allJobsThatPassAFilterAreDeleted() {
		enqueue(1200, DRAFT.handler("mail.send"));
		JobId other = enqueue(DRAFT);
		assertThat(this.store.admin().deleteAll(JobFilter.all().handler("mail.send"))).isEqualTo(1200);
		assertThat(awaitClaims(this.node, Claim.of(QUEUE, 100), 1)).extracting(ClaimedJob::id).containsExactly(other);
	}

	@Test
	void availableJobIsPutOff() {
		JobId id = enqueue(DRAFT);
		Instant runAt = this.fixture.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
		assertThat(this.store.admin().reschedule(id, runAt)).isTrue();
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertThat(find(id).runAt()).isEqualTo(runAt);
		assertNothingToClaim();
		this.fixture.advance(Duration.ofHours(1).plusSeconds(1));
		assertThat(awaitClaim(register()).id()).isEqualTo(id);
	}

	@Test
	void scheduledJobIsPutOffFurther() {
		JobId id = enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		this.store.admin().reschedule(id, this.fixture.now().plus(Duration.ofHours(1)));
		this.fixture.advance(Duration.ofMinutes(30));
		assertNothingToClaim();
		this.fixture.advance(Duration.ofMinutes(31));
		assertThat(awaitClaim(register()).id()).isEqualTo(id);
		assertNothingToClaim();
	}

	@Test
	void scheduledJobIsMadeDueAtOnce() {
		JobId id = enqueue(DRAFT.delay(Duration.ofHours(1)));
		assertThat(this.store.admin().reschedule(id, this.fixture.now().minusSeconds(60))).isTrue();
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		assertThat(find(id).runAt()).isBeforeOrEqualTo(this.fixture.now()).isAfterOrEqualTo(find(id).createdAt());
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
	}

	@Test
	void retryIsRescheduledWithItsFailuresAndAttempts() {
		JobId id = enqueue(DRAFT);
		settle(retry(claimOne(), Duration.ofDays(1)));
		assertThat(this.store.admin().reschedule(id, Instant.EPOCH)).isTrue();
		ClaimedJob claimed = awaitClaim(this.node);
		assertThat(claimed.attempts()).isEqualTo(1);
		assertThat(find(id).failures()).hasSize(1);
	}

	@Test
	void rescheduledSuspectIsStillASuspect() {
		JobId id = enqueue(DRAFT);
		claimOne();
		this.node = register();
		rescueAllBut(this.node);
		assertThat(this.store.admin().reschedule(id, this.fixture.now().plus(Duration.ofMinutes(5)))).isTrue();
		assertNothingToClaim();
		assertThat(this.store.admin().reschedule(id, Instant.EPOCH)).isTrue();
		assertThat(awaitClaim(this.node).isSuspect()).isTrue();
	}

	@Test
	void runningAndFinishedJobsAreNotRescheduled() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(4);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)), cancelled(jobs.get(2)));
		assertThat(this.store.admin().reschedule(ids, this.fixture.now().plusSeconds(60))).isZero();
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.FAILED,
				JobState.CANCELLED, JobState.RUNNING);
		assertThat(this.store.admin().reschedule(JobId.of(987_654_321), Instant.EPOCH)).isFalse();
	}

}
