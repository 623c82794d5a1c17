package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a job holds its key.
 */
abstract class UniqueKeyContract extends UniqueStoreContract {

	@Test
	void secondJobWithTheKeyOfAWaitingOneIsSkipped() {
		for (UniqueScope scope : UniqueScope.values()) {
			JobDraft draft = unique("=" + scope, DRAFT, scope, OnDuplicate.SKIP);
			EnqueueResult first = submit(draft);
			assertThat(first.isEnqueued()).isTrue();
			assertHeldBy(first.id(), draft);
			assertThat(enqueue(draft)).isEqualTo(first.id());
			assertThat(ids(claim(10))).containsExactly(first.id());
		}
		assertThat(jobs()).isEqualTo(3);
	}

	@Test
	void keyBelongsToHandlerAndQueue() {
		assertFree(UNFINISHED);
		assertFree(unique(DRAFT.handler("test.other"), UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		assertFree(unique(DRAFT.queue("other"), UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		assertFree(unique("=Key", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		assertFree(
				unique("=\u00e4 '\\\" :\u20ac" + "x".repeat(245), DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		assertThat(enqueue(3, DRAFT)).doesNotHaveDuplicates();
		assertThat(jobs()).isEqualTo(8);
	}

	@Test
	void claimFreesTheKeyOfAJobThatIsUniqueWhileItWaits() {
		JobId first = enqueue(WAITING);
		ClaimedJob running = claimOne();
		EnqueueResult second = submit(WAITING);
		assertThat(second.isEnqueued()).isTrue();
		assertHeldBy(second.id(), WAITING);
		settle(retry(running, HOUR));
		assertHeldBy(second.id(), WAITING);
		assertThat(state(first)).isEqualTo(JobState.SCHEDULED);
	}

	@Test
	void jobThatWaitsForARetryHoldsItsKeyAgainIfNobodyElseGotIt() {
		JobId id = enqueue(WAITING);
		settle(retry(claimOne(), HOUR));
		assertHeldBy(id, WAITING);
		assertThat(this.store.admin().reschedule(List.of(id), this.fixture.now())).isEqualTo(1);
		settle(Outcome.released(awaitClaim(this.node)));
		assertHeldBy(id, WAITING);
		settle(Outcome.snoozed(awaitClaim(this.node), HOUR, RAN));
		assertHeldBy(id, WAITING);
	}

	@Test
	void keyIsHeldWhileAJobRunsAndBetweenItsRetries() {
		JobId id = enqueue(UNFINISHED);
		ClaimedJob running = claimOne();
		assertHeldBy(id, UNFINISHED);
		assertThat(this.store.mark(this.node, List.of(running), Map.of())).isTrue();
		assertHeldBy(id, UNFINISHED);
		settle(retry(running, Duration.ZERO));
		assertHeldBy(id, UNFINISHED);
		settle(succeeded(awaitClaim(this.node)));
		assertFree(UNFINISHED);
	}

	@Test
	void markedJobIsNoWaitingOne() {
		enqueue(WAITING);
		assertThat(this.store.mark(this.node, List.of(claimOne()), Map.of())).isTrue();
		assertFree(WAITING);
	}

	@Test
	void failureForGoodFreesTheKey() {
		for (JobDraft draft : List.of(WAITING, UNFINISHED, HOURLY)) {
			enqueue(draft);
			settle(failed(claimOne()));
			assertFree(draft);
			settle(succeeded(claim(10)).toArray(Outcome[]::new));
			this.fixture.advance(HOUR);
		}
	}

	@Test
	void cancellationFreesTheKey() {
		for (JobDraft draft : List.of(WAITING, UNFINISHED, HOURLY)) {
			JobId waiting = enqueue(draft);
			assertThat(this.store.admin().cancel(waiting)).isTrue();
			JobId running = submit(draft).id();
			assertThat(running).isNotEqualTo(waiting);
			ClaimedJob claimed = awaitClaim(this.node);
			assertThat(this.store.admin().cancel(running)).isTrue();
			settle(cancelled(claimed));
			assertFree(draft);
			settle(succeeded(awaitClaim(this.node)));
			this.fixture.advance(HOUR);
		}
	}

	@Test
	void cancellationThatIsNotKeptFreesTheKey() {
		useStore(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Duration.ZERO));
		for (JobDraft draft : List.of(WAITING, UNFINISHED, HOURLY)) {
			assertThat(this.store.admin().cancel(enqueue(draft))).isTrue();
			assertFree(draft);
			settle(cancelled(awaitClaim(this.node)));
			assertFree(draft);
			settle(succeeded(awaitClaim(this.node)));
			this.fixture.advance(HOUR);
		}
	}

	@Test
	void deletionFreesTheKey() {
		for (JobDraft draft : List.of(WAITING, UNFINISHED, HOURLY)) {
			JobId waiting = enqueue(draft);
			assertThat(this.store.admin().delete(waiting)).isTrue();
			JobId other = submit(draft).id();
			assertThat(other).isNotEqualTo(waiting);
			settle(succeeded(awaitClaim(this.node)));
			assertThat(this.store.admin().delete(other)).isTrue();
			assertFree(draft);
			settle(succeeded(awaitClaim(this.node)));
			this.fixture.advance(HOUR);
		}
	}

	@Test
	void finalFailureByARescueFreesTheKey() {
		for (JobDraft draft : List.of(UNFINISHED, HOURLY)) {
			JobId id = enqueue(draft);
			for (int i = 0; i < Rescue.MAX_ABANDONMENTS; i++) {
				assertHeldBy(id, draft);
				awaitClaim(register());
				assertHeldBy(id, draft);
				rescueAllBut(this.node);
			}
			assertThat(state(id)).isEqualTo(JobState.FAILED);
			JobId next = submit(draft).id();
			assertThat(next).isNotEqualTo(id);
			settle(succeeded(awaitClaim(this.node)));
			this.fixture.advance(HOUR);
		}
	}

	@Test
	void rescuedJobHoldsItsKeyAgain() {
		JobId id = enqueue(WAITING);
		claim(register(), Claim.of(QUEUE, 1));
		rescueAllBut(this.node);
		assertHeldBy(id, WAITING);
	}

	@Test
	void keyForADurationIsHeldByASucceededJobUntilTheDurationIsOver() {
		JobId id = enqueue(HOURLY);
		assertHeldBy(id, HOURLY);
		settle(succeeded(claimOne()));
		assertHeldBy(id, HOURLY);
		this.fixture.advance(HOUR.minusMinutes(1));
		this.store.prune();
		assertHeldBy(id, HOURLY);
		this.fixture.advance(Duration.ofMinutes(1));
		assertFree(HOURLY);
	}

	@Test
	void keyForADurationOutlivesAJobOfWhichNothingIsKept() {
		useStore(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Duration.ZERO));
		JobId id = enqueue(HOURLY);
		settle(succeeded(claimOne()));
		this.store.prune();
		assertHeldBy(id, HOURLY);
		this.fixture.advance(HOUR);
		this.store.prune();
		assertFree(HOURLY);
	}

	@Test
	void keyForADurationIsFreeAfterItAlthoughTheJobStillWaits() {
		JobDraft draft = unique(DRAFT.delay(HOUR.multipliedBy(3)), UniqueScope.FOR_DURATION, OnDuplicate.SKIP);
		JobId id = enqueue(draft);
		this.fixture.advance(HOUR);
		JobId second = submit(draft).id();
		assertThat(second).isNotEqualTo(id);
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertThat(this.store.admin().delete(id)).isTrue();
		assertHeldBy(second, draft);
	}

	@Test
	void pruneForgetsKeysOfFinishedJobsOnly() {
		useStore(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Duration.ZERO));
		JobId waiting = enqueue(UNFINISHED);
		settle(succeeded(claimOne()));
		waiting = enqueue(UNFINISHED);
		this.store.prune();
		assertHeldBy(waiting, UNFINISHED);
		settle(failed(awaitClaim(this.node)));
		this.store.prune();
		assertThat(this.store.admin().retry(waiting)).isTrue();
		assertHeldBy(waiting, UNFINISHED);
	}

	@Test
	void jobThatIsRetriedByHandHoldsItsKeyAgainIfItIsFree() {
		JobId id = enqueue(UNFINISHED);
		settle(failed(claimOne()));
		assertThat(this.store.admin().retry(id)).isTrue();
		assertHeldBy(id, UNFINISHED);
		settle(failed(awaitClaim(this.node)));
		JobId other = submit(UNFINISHED).id();
		assertThat(this.store.admin().retry(id)).isTrue();
		assertHeldBy(other, UNFINISHED);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 2))).containsExactlyInAnyOrder(id, other);
		assertHeldBy(other, UNFINISHED);
	}

	@Test
	void jobThatIsRetriedByHandHasNoKeyForADurationAnyMore() {
		JobId id = enqueue(HOURLY);
		settle(failed(claimOne()));
		assertThat(this.store.admin().retry(id)).isTrue();
		assertFree(HOURLY);
	}

}
