package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobEndings;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;
import io.jobqueue.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That somebody who waits for the end of a job is told of it, and finds how it ended.
 */
abstract class EndingContract extends StoreContract {

	private static final Duration INTEREST = Duration.ofMinutes(1);

	private static final Retention NONE = new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO);

	@Test
	void lookFindsJobsThatHaveEndedAndThoseThatAreUnknown() {
		JobId succeeded = enqueue(DRAFT);
		settle(Outcome.succeeded(claimOne(), "{\"total\":42}", RAN));
		JobId failed = enqueue(DRAFT);
		settle(failed(claimOne()));
		JobId running = enqueue(DRAFT);
		claimOne();
		JobId waiting = enqueue(DRAFT);
		JobId scheduled = enqueue(DRAFT.delay(Duration.ofHours(1)));
		JobId cancelled = enqueue(DRAFT);
		this.store.admin().cancel(cancelled);
		JobId deleted = enqueue(DRAFT);
		this.store.admin().delete(deleted);
		JobId never = JobId.of(Long.MAX_VALUE);
		JobEndings.Ended ended = look(succeeded, failed, running, waiting, scheduled, cancelled, deleted, never);
		assertThat(ended.jobs()).extracting(JobRecord::id).containsExactlyInAnyOrder(succeeded, failed, cancelled);
		assertThat(ended.unknown()).containsExactlyInAnyOrder(deleted, never);
		assertThat(ended.jobs()).containsExactlyInAnyOrder(find(succeeded), find(failed), find(cancelled));
		assertThat(find(succeeded).result()).isEqualTo("{\"total\":42}");
	}

	@Test
	void endOfAJobThatSomebodyWaitsForIsTold() {
		Listening listening = new Listening(this.store);
		List<JobId> awaited = enqueue(3, DRAFT);
		JobId other = enqueue(DRAFT);
		look(awaited.toArray(JobId[]::new));
		List<ClaimedJob> claimed = claim(4);
		settle(succeeded(claimed.get(0)), failed(claimed.get(1)), cancelled(claimed.get(2)), succeeded(claimed.get(3)));
		assertThat(listening.jobs).containsAll(awaited).doesNotContain(other);
		listening.stop();
	}

	@Test
	void endIsToldToOtherInstances() {
		JobStore elsewhere = this.fixture.secondInstance().orElse(this.store);
		Listening listening = new Listening(elsewhere);
		eventually(() -> {
			JobId id = enqueue(DRAFT);
			endings(elsewhere).look(Set.of(id), Set.of(id), INTEREST);
			settle(succeeded(awaitClaim(this.node)));
			// Of one of them, once the subscription works.
			return !listening.jobs.isEmpty();
		});
		listening.stop();
	}

	@Test
	void endIsToldOfManyJobsAtOnce() {
		Listening listening = new Listening(this.store);
		List<JobId> ids = enqueue(500, DRAFT);
		look(ids.toArray(JobId[]::new));
		settle(succeeded(claim(500)).toArray(Outcome[]::new));
		assertThat(listening.jobs).containsAll(ids);
		assertThat(look(ids.toArray(JobId[]::new)).jobs()).hasSize(500);
		listening.stop();
	}

	@Test
	void attemptThatIsRetriedIsNoEnd() {
		Listening listening = new Listening(this.store);
		JobId id = enqueue(DRAFT);
		look(id);
		settle(retry(claimOne(), Duration.ZERO));
		assertThat(listening.jobs).doesNotContain(id);
		assertThat(look(id)).isEqualTo(new JobEndings.Ended(List.of(), Set.of()));
		settle(succeeded(awaitClaim(this.node)));
		assertThat(listening.jobs).contains(id);
		listening.stop();
	}

	@Test
	void cancellationAndDeletionOfWaitingJobsAreHints() {
		Listening listening = new Listening(this.store);
		JobId cancelled = enqueue(DRAFT);
		JobId deleted = enqueue(DRAFT);
		look(cancelled, deleted);
		this.store.admin().cancel(cancelled);
		assertThat(listening.hints()).isPositive();
		int hints = listening.hints();
		this.store.admin().delete(deleted);
		assertThat(listening.hints()).isGreaterThan(hints);
		listening.stop();
	}

	@Test
	void jobThatFailsForBeingAbandonedIsAHint() {
		Listening listening = new Listening(this.store);
		JobId id = enqueue(DRAFT);
		look(id);
		for (int i = 0; i < 3; i++) {
			awaitClaim(this.node);
			rescueAllBut();
			this.node = register();
		}
		assertThat(state(id)).isEqualTo(JobState.FAILED);
		assertThat(listening.hints()).isPositive();
		listening.stop();
	}

	@Test
	void outcomeIsKeptForWhoWaitsThoughNothingIsToBeKept() {
		useStore(NONE);
		JobId awaited = enqueue(DRAFT);
		JobId other = enqueue(DRAFT);
		JobId cancelled = enqueue(DRAFT);
		look(awaited, cancelled);
		List<ClaimedJob> claimed = claim(3);
		settle(Outcome.succeeded(claimed.get(0), "42", RAN), succeeded(claimed.get(1)), cancelled(claimed.get(2)));
		JobEndings.Ended ended = look(awaited, other, cancelled);
		assertThat(ended.jobs()).extracting(JobRecord::id).containsExactlyInAnyOrder(awaited, cancelled);
		assertThat(ended.jobs()).extracting(JobRecord::result).contains("42");
		assertThat(ended.unknown()).containsExactly(other);
	}

	@Test
	void waitingJobThatIsCancelledIsKeptForWhoWaits() {
		useStore(NONE);
		JobId id = enqueue(DRAFT);
		look(id);
		this.store.admin().cancel(id);
		assertThat(look(id).jobs()).extracting(JobRecord::state).containsExactly(JobState.CANCELLED);
	}

	@Test
	void interestThatIsNotRenewedExpires() {
		useStore(NONE);
		List<JobId> ids = enqueue(2, DRAFT);
		look(ids.get(0));
		this.fixture.advance(INTEREST.plusSeconds(1));
		look(ids.get(1));
		this.store.prune();
		settle(succeeded(claim(2)).toArray(Outcome[]::new));
		JobEndings.Ended ended = look(ids.get(0), ids.get(1));
		assertThat(ended.unknown()).containsExactly(ids.get(0));
		assertThat(ended.jobs()).extracting(JobRecord::id).containsExactly(ids.get(1));
	}

	@Test
	void interestIsRenewed() {
		useStore(NONE);
		JobId id = enqueue(DRAFT);
		look(id);
		this.fixture.advance(INTEREST.dividedBy(2));
		look(id);
		this.fixture.advance(INTEREST.dividedBy(2).plusSeconds(1));
		this.store.prune();
		settle(succeeded(claimOne()));
		assertThat(look(id).jobs()).hasSize(1);
	}

	@Test
	void jobThatIsRetriedByHandHasNotEnded() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		assertThat(look(id).jobs()).hasSize(1);
		this.store.admin().retry(id);
		assertThat(look(id)).isEqualTo(new JobEndings.Ended(List.of(), Set.of()));
	}

	private JobEndings.Ended look(JobId... ids) {
		return endings(this.store).look(List.of(ids), List.of(ids), INTEREST);
	}

	private static JobEndings endings(JobStore store) {
		assertThat(store).isInstanceOf(JobEndings.class);
		return (JobEndings) store;
	}

	/**
	 * A listener that remembers which jobs have ended. What the listening instance does
	 * itself is told before it returns.
	 */
	private static final class Listening implements WakeUps.Listener {

		private final Set<JobId> jobs = ConcurrentHashMap.newKeySet();

		private final AtomicInteger others = new AtomicInteger();

		private final WakeUps.Subscription subscription;

		Listening(JobStore where) {
			assertThat(where).isInstanceOf(WakeUps.class);
			this.subscription = ((WakeUps) where).subscribe(this);
		}

		@Override
		public void available(String queue) {
			// Another suite's business.
		}

		@Override
		public void ended(@Nullable JobId job) {
			if (job != null) {
				this.jobs.add(job);
			}
			else {
				this.others.incrementAndGet();
			}
		}

		/**
		 * Return how often there was a hint at some job or other.
		 */
		int hints() {
			return this.others.get() + this.jobs.size();
		}

		void stop() {
			this.subscription.close();
		}

	}

}
