package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobExpiredException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a job which has not been started before its deadline is not run. Deadlines are
 * minutes apart, and time is moved, so it does not matter how long a test takes.
 */
abstract class DeadlineContract extends StoreContract {

	private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

	private static final Duration ELEVEN_MINUTES = Duration.ofMinutes(11);

	private static final JobDraft DATED = DRAFT.deadline(JobDeadline.after(TEN_MINUTES));

	@Test
	void jobThatIsClaimedInTimeIsNotExpired() {
		enqueue(DATED);
		this.fixture.advance(Duration.ofMinutes(9));
		ClaimedJob claimed = claimOne();
		assertThat(claimed.isExpired()).isFalse();
		// It has been started, so the deadline has no meaning any more.
		this.fixture.advance(Duration.ofMinutes(5));
		assertThat(this.store.expire()).isEmpty();
		settle(succeeded(claimed));
		assertThat(state(claimed.id())).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void deadlineIsShownUntilTheEnd() {
		JobRecord waiting = find(enqueue(DATED));
		assertThat(waiting.deadline()).isEqualTo(waiting.runAt().plus(TEN_MINUTES));
		ClaimedJob claimed = claimOne();
		assertThat(find(waiting.id()).deadline()).isEqualTo(waiting.deadline());
		settle(succeeded(claimed));
		assertThat(find(waiting.id()).deadline()).isNull();
		assertThat(find(enqueue(DRAFT)).deadline()).isNull();
	}

	@Test
	void jobThatIsClaimedTooLateIsExpired() {
		JobId early = enqueue(DATED);
		this.fixture.advance(ELEVEN_MINUTES);
		JobId late = enqueue(DATED);
		JobId plain = enqueue(DRAFT);
		List<ClaimedJob> claimed = claim(3);
		assertThat(ids(claimed)).containsExactly(early, late, plain);
		assertThat(claimed).extracting(ClaimedJob::isExpired).containsExactly(true, false, false);
	}

	@Test
	void expiredJobFailsWithoutAnAttempt() {
		JobId id = enqueue(DATED);
		settle(retry(claimOne(), Duration.ofMinutes(1)));
		this.fixture.advance(ELEVEN_MINUTES);
		ClaimedJob claimed = awaitClaim(this.node);
		assertThat(claimed.isExpired()).isTrue();
		settle(Outcome.expired(claimed));
		assertExpired(id, 1);
	}

	private void assertExpired(JobId id, int attempts) {
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(attempts);
		assertThat(job.finishedAt()).isNotNull();
		assertThat(job.failures()).hasSize(attempts + 1);
		JobFailure failure = job.failures().get(attempts);
		assertThat(failure.type()).isEqualTo(JobExpiredException.class.getName());
		assertThat(failure.message()).isEqualTo(JobExpiredException.MESSAGE);
		assertThat(failure.attempt()).isEqualTo(attempts);
	}

	@Test
	void waitingJobsExpireThoughNobodyClaimsThem() {
		JobId available = enqueue(DATED.queue("nobody"));
		JobId retried = enqueue(DATED);
		settle(retry(claimOne(), Duration.ofHours(1)));
		JobId paused = enqueue(DATED);
		this.store.admin().pause(QUEUE);
		JobId plain = enqueue(DRAFT);
		assertThat(this.store.expire()).isEmpty();
		this.fixture.advance(ELEVEN_MINUTES);
		JobId later = enqueue(DATED);
		assertThat(this.store.expire()).containsExactlyInAnyOrder(expired(available, "nobody", 0),
				expired(retried, QUEUE, 1), expired(paused, QUEUE, 0));
		assertThat(this.store.expire()).isEmpty();
		assertExpired(available, 0);
		assertExpired(retried, 1);
		assertExpired(paused, 0);
		assertThat(state(plain)).isEqualTo(JobState.AVAILABLE);
		assertThat(state(later)).isEqualTo(JobState.AVAILABLE);
		this.store.admin().resume(QUEUE);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 2))).containsExactly(plain, later);
	}

	private static ExpiredJob expired(JobId id, String queue, int attempts) {
		return new ExpiredJob(id, "test.run", queue, attempts, 3);
	}

	@Test
	void expiryFreesTheKeyOfAUniqueJob() {
		for (UniqueScope scope : UniqueScope.values()) {
			JobDraft draft = DATED.unique(new UniqueKey("=" + scope, scope,
					(scope == UniqueScope.FOR_DURATION) ? Duration.ofDays(1) : null, OnDuplicate.SKIP));
			JobId unclaimed = enqueue(draft);
			assertThat(enqueue(draft)).isEqualTo(unclaimed);
			this.fixture.advance(ELEVEN_MINUTES);
			assertThat(this.store.expire()).hasSize(1);
			JobId claimedTooLate = enqueue(draft);
			assertThat(claimedTooLate).isNotEqualTo(unclaimed);
			this.fixture.advance(ELEVEN_MINUTES);
			settle(Outcome.expired(claimOne()));
			JobId last = enqueue(draft);
			assertThat(last).isNotIn(unclaimed, claimedTooLate);
			assertThat(List.of(state(unclaimed), state(claimedTooLate), state(last))).containsExactly(JobState.FAILED,
					JobState.FAILED, JobState.AVAILABLE);
			settle(succeeded(claimOne()));
		}
	}

	@Test
	void leasedAndMarkedJobsDoNotExpire() {
		JobId leased = enqueue(DATED);
		ClaimedJob first = claimOne();
		JobId marked = enqueue(DATED);
		ClaimedJob second = claimOne();
		assertThat(this.store.mark(this.node, List.of(second), Map.of())).isTrue();
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).isEmpty();
		settle(succeeded(first), Outcome.released(second));
		assertThat(state(leased)).isEqualTo(JobState.SUCCEEDED);
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactly(marked);
	}

	@Test
	void durationBeginsWhenTheJobIsDue() {
		enqueue(DATED.delay(Duration.ofHours(1)).deadline(JobDeadline.after(TEN_MINUTES)));
		this.fixture.advance(Duration.ofMinutes(65));
		assertThat(this.store.expire()).isEmpty();
		ClaimedJob inTime = awaitClaim(this.node);
		assertThat(inTime.isExpired()).isFalse();
		settle(succeeded(inTime));
		JobId late = enqueue(DRAFT.delay(Duration.ofHours(1)).deadline(JobDeadline.after(TEN_MINUTES)));
		this.fixture.advance(Duration.ofMinutes(71));
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactly(late);
	}

	@Test
	void deadlineMayBeAnInstant() {
		Instant now = this.fixture.now();
		JobId past = enqueue(DRAFT.deadline(JobDeadline.at(Instant.EPOCH.minusSeconds(1))));
		JobId soon = enqueue(DRAFT.deadline(JobDeadline.at(now.plus(TEN_MINUTES))));
		JobId later = enqueue(DRAFT.deadline(JobDeadline.at(now.plus(Duration.ofDays(1)))));
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactly(past);
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactly(soon);
		assertThat(claimOne()).satisfies((job) -> {
			assertThat(job.id()).isEqualTo(later);
			assertThat(job.isExpired()).isFalse();
		});
	}

	@Test
	void batchMayHaveDifferentDeadlines() {
		List<NewJob> batch = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			batch.add(switch (i % 3) {
				case 0 -> DRAFT.job();
				case 1 -> DATED.job();
				default -> DRAFT.deadline(JobDeadline.at(this.fixture.now().plus(Duration.ofHours(1)))).job();
			});
		}
		List<JobId> ids = this.store.enqueue(batch);
		List<JobId> alike = enqueue(10, DATED);
		this.fixture.advance(ELEVEN_MINUTES);
		List<JobId> expected = new ArrayList<>(alike);
		for (int i = 1; i < 30; i += 3) {
			expected.add(ids.get(i));
		}
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactlyInAnyOrderElementsOf(expected);
		this.fixture.advance(Duration.ofHours(1));
		assertThat(this.store.expire()).hasSize(10);
		assertThat(claim(100)).hasSize(10).noneMatch(ClaimedJob::isExpired);
	}

	@Test
	void expiryIsBounded() {
		enqueue(JobStore.EXPIRED_AT_ONCE + 1, DATED);
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).hasSize(JobStore.EXPIRED_AT_ONCE);
		assertThat(this.store.expire()).hasSize(1);
	}

	@Test
	void retryByHandDropsTheDeadline() {
		JobId id = enqueue(DATED);
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).hasSize(1);
		this.store.admin().retry(id);
		assertThat(this.store.expire()).isEmpty();
		ClaimedJob claimed = awaitClaim(this.node);
		assertThat(claimed.isExpired()).isFalse();
		settle(succeeded(claimed));
	}

	@Test
	void rescheduleDropsTheDeadline() {
		JobId id = enqueue(DATED);
		this.store.admin().reschedule(id, this.fixture.now().plus(Duration.ofHours(1)));
		this.fixture.advance(Duration.ofHours(2));
		assertThat(this.store.expire()).isEmpty();
		assertThat(awaitClaim(this.node).isExpired()).isFalse();
	}

	@Test
	void cancelledAndDeletedJobsDoNotExpire() {
		JobId cancelled = enqueue(DATED);
		JobId deleted = enqueue(DATED);
		this.store.admin().cancel(cancelled);
		this.store.admin().delete(deleted);
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).isEmpty();
		assertThat(state(cancelled)).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void jobOfADeadNodeKeepsItsDeadline() {
		JobId id = enqueue(DATED);
		claimOne();
		rescueAllBut();
		assertThat(this.store.expire()).isEmpty();
		this.fixture.advance(ELEVEN_MINUTES);
		assertThat(this.store.expire()).extracting(ExpiredJob::id).containsExactly(id);
	}

}
