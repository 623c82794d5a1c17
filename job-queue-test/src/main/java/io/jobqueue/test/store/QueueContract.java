package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.QueueStatus;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Claim.Room;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NodeDescription;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Queues as people see them, and as they stop and start them.
 */
abstract class QueueContract extends StoreContract {

	@Test
	void queuesOfLiveNodesAreShownByName() {
		this.store.register(new NodeDescription("other", List.of("mail", "billing", QUEUE)));
		assertThat(this.store.admin().queues()).containsExactly(new QueueStatus("billing", false, 0, 0, 0, null),
				new QueueStatus(QUEUE, false, 0, 0, 0, null), new QueueStatus("mail", false, 0, 0, 0, null));
	}

	@Test
	void queuesWithoutJobsNodesAndPauseAreNotShown() {
		enqueue(DRAFT.queue("mail"));
		settle(succeeded(claim(this.node, Claim.of("mail", 1)).get(0)));
		assertNothingToClaim(Claim.of("asked", 1));
		this.store.admin().pause("paused");
		this.store.admin().resume("paused");
		this.store.deregister(this.node);
		assertThat(this.store.admin().queues()).isEmpty();
	}

	@Test
	void depthsAreShown() {
		enqueue(6, DRAFT);
		enqueue(3, DRAFT.delay(Duration.ofHours(1)));
		enqueue(2, DRAFT.queue("other").delay(Duration.ofHours(1)));
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)));
		QueueStatus status = status(QUEUE);
		assertThat(status.isPaused()).isFalse();
		assertThat(status.available()).isEqualTo(3);
		assertThat(status.scheduled()).isEqualTo(3);
		assertThat(status.running()).isEqualTo(2);
		assertThat(status("other").available()).isZero();
		assertThat(status("other").scheduled()).isEqualTo(2);
		assertThat(status("other").running()).isZero();
	}

	@Test
	void suspectsAreCountedAsAvailable() {
		enqueue(2, DRAFT);
		claim(2);
		rescueAllBut();
		assertThat(status(QUEUE).available()).isEqualTo(2);
		assertThat(status(QUEUE).running()).isZero();
		assertThat(status(QUEUE).oldestAge()).isNotNull();
	}

	@Test
	void ageOfTheOldestWaitingJobIsShown() {
		enqueue(DRAFT);
		this.fixture.advance(Duration.ofMinutes(10));
		enqueue(DRAFT);
		enqueue(DRAFT.delay(Duration.ofHours(1)));
		this.fixture.advance(Duration.ofMinutes(5));
		assertThat(status(QUEUE).oldestAge()).isBetween(Duration.ofMinutes(15), Duration.ofMinutes(16));
		claimOne();
		assertThat(status(QUEUE).oldestAge()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
		claimOne();
		assertThat(status(QUEUE).oldestAge()).isNull();
	}

	@Test
	void ageCountsFromTheDueTime() {
		enqueue(DRAFT.delay(Duration.ofHours(10)));
		this.fixture.advance(Duration.ofHours(10).plusMinutes(3));
		this.node = register();
		claimsThatLeaveTheDueJob();
		assertThat(status(QUEUE).available()).isEqualTo(1);
		assertThat(status(QUEUE).scheduled()).isZero();
		assertThat(status(QUEUE).oldestAge()).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(4));
	}

	@Test
	void dueJobsAreShownAsAvailableAlthoughNobodyWorksTheirQueue() {
		enqueue(2, DRAFT.queue("forgotten").delay(Duration.ofMinutes(10)));
		enqueue(DRAFT.queue("forgotten").delay(Duration.ofHours(10)));
		this.fixture.advance(Duration.ofMinutes(15));
		assertThat(status("forgotten").available()).isEqualTo(2);
		assertThat(status("forgotten").scheduled()).isEqualTo(1);
		assertThat(status("forgotten").oldestAge()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
	}

	@Test
	void longLinesAreCountedAboutRight() {
		enqueue(2000, DRAFT);
		enqueue(1000, DRAFT.priority(5));
		enqueue(10, DRAFT.queue("other"));
		claim(500);
		assertThat(status(QUEUE).available()).isBetween(2250L, 2750L);
		assertThat(status(QUEUE).running()).isEqualTo(500);
		assertThat(status("other")).satisfies((other) -> {
			assertThat(other.available()).isEqualTo(10);
			assertThat(other.isExact()).isTrue();
		});
	}

	@Test
	void suspectsThatAreClaimedAreRunning() {
		enqueue(3, DRAFT);
		claim(2);
		rescueAllBut();
		claim(register(), Claim.of(QUEUE, 3));
		assertThat(status(QUEUE).available()).isEqualTo(2);
		assertThat(status(QUEUE).running()).isEqualTo(1);
	}

	@Test
	void nothingIsTakenFromAPausedQueue() {
		List<JobId> ids = enqueue(3, DRAFT);
		ClaimedJob running = claimOne();
		this.store.admin().pause(QUEUE);
		assertNothingToClaim();
		assertThat(
				ids(claim(this.node, new Claim(List.of(new Room(QUEUE, 5), new Room("other", 5)), 10, true, Set.of()))))
			.isEmpty();
		settle(succeeded(running));
		assertThat(state(ids.get(0))).isEqualTo(JobState.SUCCEEDED);
		JobId more = enqueue(DRAFT);
		assertThat(state(more)).isEqualTo(JobState.AVAILABLE);
		assertThat(status(QUEUE)).satisfies((status) -> {
			assertThat(status.isPaused()).isTrue();
			assertThat(status.available()).isEqualTo(3);
		});
	}

	@Test
	void otherQueuesOfTheSameClaimGoOnWhileOneIsPaused() {
		enqueue(3, DRAFT);
		List<JobId> others = enqueue(3, DRAFT.queue("other"));
		this.store.admin().pause(QUEUE);
		Claim claim = new Claim(List.of(new Room(QUEUE, 5), new Room("other", 5)), 5, true, Set.of());
		assertThat(ids(claim(this.node, claim))).isEqualTo(others);
	}

	@Test
	void resumedQueueGivesItsJobs() {
		List<JobId> ids = enqueue(3, DRAFT);
		this.store.admin().pause(QUEUE);
		assertNothingToClaim();
		this.store.admin().resume(QUEUE);
		assertThat(status(QUEUE).isPaused()).isFalse();
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 3))).isEqualTo(ids);
	}

	@Test
	void futureJobsOfAPausedQueueWait() {
		JobId id = enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		this.store.admin().pause(QUEUE);
		this.fixture.advance(Duration.ofHours(1));
		this.node = register();
		assertNothingToClaim();
		this.store.admin().resume(QUEUE);
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
	}

	@Test
	void pauseHoldsForQueuesThatHaveNoJobsYet() {
		this.store.admin().pause("new");
		assertThat(status("new")).isEqualTo(new QueueStatus("new", true, 0, 0, 0, null));
		enqueue(DRAFT.queue("new"));
		assertNothingToClaim(Claim.of("new", 1));
	}

	@Test
	void pausingAndResumingTwiceIsHarmless() {
		enqueue(DRAFT);
		this.store.admin().pause(QUEUE);
		this.store.admin().pause(QUEUE);
		this.store.admin().resume(QUEUE);
		this.store.admin().resume(QUEUE);
		assertThat(awaitClaims(this.node, Claim.of(QUEUE, 1), 1)).hasSize(1);
	}

	@Test
	void pauseHoldsForOtherInstances() {
		enqueue(DRAFT);
		this.store.admin().pause(QUEUE);
		JobStore first = this.store;
		this.store = this.fixture.secondInstance().orElse(first);
		assertNothingToClaim();
		assertThat(status(QUEUE).isPaused()).isTrue();
		this.store.admin().resume(QUEUE);
		this.store = first;
		assertThat(awaitClaim(this.node).queue()).isEqualTo(QUEUE);
	}

	private void claimsThatLeaveTheDueJob() {
		assertNothingToClaim(new Claim(List.of(new Room(QUEUE, 1)), 1, true, Set.of(DRAFT.job().handler())));
	}

	private QueueStatus status(String queue) {
		return this.store.admin()
			.queues()
			.stream()
			.filter((status) -> status.name().equals(queue))
			.findFirst()
			.orElseThrow(() -> new AssertionError("Queue '" + queue + "' is not shown"));
	}

}
