package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Claim.Room;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which jobs a claim gets, and in which order.
 */
abstract class ClaimContract extends StoreContract {

	@Test
	void claimOfAnEmptyQueueGetsNothing() {
		Exchange.Result result = exchange(this.node, List.of(), Claim.of(QUEUE, 10));
		assertThat(result.claimed()).isEmpty();
		assertThat(result.refused()).isEmpty();
		assertThat(result.isNodeAlive()).isTrue();
	}

	@Test
	void jobsAreClaimedInOrderOfArrival() {
		List<JobId> ids = enqueue(25, DRAFT);
		assertThat(ids(claim(10))).isEqualTo(ids.subList(0, 10));
		assertThat(ids(claim(10))).isEqualTo(ids.subList(10, 20));
		assertThat(ids(claim(10))).isEqualTo(ids.subList(20, 25));
		assertThat(ids(claim(10))).isEmpty();
	}

	@Test
	void higherPrioritiesAreClaimedFirstAndEachInOrderOfArrival() {
		List<JobId> ids = this.store.enqueue(List.of(DRAFT.job(), DRAFT.priority(5).job(), DRAFT.priority(-100).job(),
				DRAFT.priority(5).job(), DRAFT.job(), DRAFT.priority(100).job()));
		assertThat(ids(claim(10))).containsExactly(ids.get(5), ids.get(1), ids.get(3), ids.get(0), ids.get(4),
				ids.get(2));
	}

	@Test
	void priorityThatAppearsLaterOvertakes() {
		List<JobId> usual = enqueue(4, DRAFT);
		assertThat(ids(claim(2))).isEqualTo(usual.subList(0, 2));
		JobId urgent = enqueue(DRAFT.priority(1));
		assertThat(ids(claim(2))).containsExactly(urgent, usual.get(2));
		assertThat(ids(claim(2))).containsExactly(usual.get(3));
	}

	@Test
	void jobsOfOneClaimShareALeaseAndEachClaimHasItsOwn() {
		enqueue(4, DRAFT);
		List<ClaimedJob> first = claim(2);
		List<ClaimedJob> second = claim(2);
		assertThat(first).extracting(ClaimedJob::lease).containsOnly(first.get(0).lease());
		assertThat(second).extracting(ClaimedJob::lease).doesNotContain(first.get(0).lease());
	}

	@Test
	void claimedJobIsRunningAndNobodyElseGetsIt() {
		JobId id = enqueue(DRAFT);
		assertThat(ids(claim(1))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		assertThat(find(id).node()).isEqualTo(this.node);
		assertNothingToClaim();
	}

	@Test
	void limitBoundsTheClaim() {
		List<JobId> ids = enqueue(5, DRAFT);
		assertThat(ids(claim(this.node, new Claim(List.of(new Room(QUEUE, 100)), 2, true, Set.of()))))
			.isEqualTo(ids.subList(0, 2));
	}

	@Test
	void claimWithoutRoomGetsNothing() {
		enqueue(5, DRAFT);
		assertNothingToClaim(Claim.NONE);
		assertNothingToClaim(Claim.of(QUEUE, 0));
		assertNothingToClaim(new Claim(List.of(new Room(QUEUE, 0)), 10, true, Set.of()));
		assertNothingToClaim(new Claim(List.of(), 10, true, Set.of()));
	}

	@Test
	void queuesAreEmptiedInTheOrderOfTheClaim() {
		List<JobId> second = enqueue(3, DRAFT.queue("second").priority(100));
		List<JobId> first = enqueue(3, DRAFT.queue("first").priority(-100));
		List<ClaimedJob> claimed = claim(this.node,
				new Claim(List.of(new Room("first", 10), new Room("second", 10)), 5, true, Set.of()));
		assertThat(ids(claimed)).isEqualTo(concat(first, second.subList(0, 2)));
	}

	@Test
	void roomBoundsWhatOneQueueGives() {
		List<JobId> first = enqueue(5, DRAFT.queue("first"));
		List<JobId> second = enqueue(5, DRAFT.queue("second"));
		List<JobId> third = enqueue(5, DRAFT.queue("third"));
		List<ClaimedJob> claimed = claim(this.node, new Claim(
				List.of(new Room("first", 2), new Room("second", 0), new Room("third", 3)), 10, true, Set.of()));
		assertThat(ids(claimed)).isEqualTo(concat(first.subList(0, 2), third.subList(0, 3)));
		assertThat(second).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
	}

	@Test
	void claimAboveAPriorityLeavesTheOthers() {
		List<JobId> ids = this.store.enqueue(List.of(DRAFT.job(), DRAFT.priority(-7).job(), DRAFT.priority(1).job(),
				DRAFT.priority(9).job(), DRAFT.priority(9).job()));
		assertThat(ids(claim(this.node, above(9)))).isEmpty();
		assertThat(ids(claim(this.node, above(0, 2)))).containsExactly(ids.get(3), ids.get(4));
		assertThat(ids(claim(this.node, above(0)))).containsExactly(ids.get(2));
		assertNothingToClaim(above(0));
		assertThat(ids(claim(this.node, above(-7)))).containsExactly(ids.get(0));
		assertThat(ids(claim(10))).containsExactly(ids.get(1));
	}

	@Test
	void claimAboveAPriorityFindsWhatArrivesAfterwards() {
		enqueue(5, DRAFT.priority(3));
		claim(3);
		assertNothingToClaim(above(3));
		JobId urgent = enqueue(DRAFT.priority(4));
		assertThat(ids(claim(this.node, above(3)))).containsExactly(urgent);
		assertThat(claim(10)).hasSize(2);
	}

	@Test
	void claimAboveAPriorityOfOneQueueTakesAnyOfAnother() {
		enqueue(3, DRAFT.queue("first"));
		JobId urgent = enqueue(DRAFT.queue("first").priority(2));
		List<JobId> second = enqueue(3, DRAFT.queue("second").priority(-1));
		List<ClaimedJob> claimed = claim(this.node,
				new Claim(List.of(new Room("first", 5, 0), new Room("second", 2)), 7, false, Set.of()));
		assertThat(ids(claimed)).containsExactly(urgent, second.get(0), second.get(1));
	}

	@Test
	void claimAboveAPriorityLeavesJobsOfExcludedHandlers() {
		List<JobId> ids = this.store.enqueue(List.of(DRAFT.handler("unknown").priority(5).job(),
				DRAFT.priority(2).job(), DRAFT.handler("unknown").job(), DRAFT.job()));
		Claim claim = new Claim(List.of(new Room(QUEUE, 3, 1)), 3, false, Set.of("unknown"));
		assertThat(ids(claim(this.node, claim))).containsExactly(ids.get(1));
		assertThat(ids(awaitClaims(register(), above(0), 1))).containsExactly(ids.get(0));
	}

	@Test
	void dueJobAboveAPriorityIsClaimed() {
		enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		JobId urgent = enqueue(DRAFT.priority(1).delay(Duration.ofMinutes(2)));
		this.fixture.advance(Duration.ofMinutes(3));
		assertThat(ids(awaitClaims(this.node, above(0), 1))).containsExactly(urgent);
		assertThat(awaitClaims(this.node, Claim.of(QUEUE, 10), 1)).hasSize(1);
	}

	private static Claim above(int priority) {
		return above(priority, 10);
	}

	private static Claim above(int priority, int limit) {
		return new Claim(List.of(new Room(QUEUE, limit, priority)), limit, false, Set.of());
	}

	@Test
	void otherQueuesAreNotTouched() {
		JobId other = enqueue(DRAFT.queue("other"));
		JobId longer = enqueue(DRAFT.queue(QUEUE + "2"));
		assertNothingToClaim();
		assertThat(state(other)).isEqualTo(JobState.AVAILABLE);
		assertThat(state(longer)).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void jobsOfExcludedHandlersAreLeftForOthers() {
		List<JobId> ids = this.store.enqueue(List.of(DRAFT.handler("unknown").priority(9).job(), DRAFT.job(),
				DRAFT.handler("unknown").job(), DRAFT.handler("strange").job(), DRAFT.job()));
		Claim claim = new Claim(List.of(new Room(QUEUE, 10)), 10, true, Set.of("unknown", "strange"));
		assertThat(ids(claim(this.node, claim))).containsExactly(ids.get(1), ids.get(4));
		assertNothingToClaim(claim);
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 3))).containsExactlyInAnyOrder(ids.get(0),
				ids.get(2), ids.get(3));
	}

	@Test
	void manyJobsOfExcludedHandlersDoNotHideOthers() {
		enqueue(1000, DRAFT.handler("unknown"));
		JobId id = enqueue(DRAFT);
		Claim claim = new Claim(List.of(new Room(QUEUE, 5)), 5, true, Set.of("unknown"));
		assertThat(ids(awaitClaims(this.node, claim, 1))).containsExactly(id);
	}

	@Test
	void futureJobIsClaimedOnceWhenItIsDue() {
		JobId id = enqueue(DRAFT.delay(Duration.ofMinutes(10)));
		this.fixture.advance(Duration.ofMinutes(9));
		assertNothingToClaim();
		this.fixture.advance(Duration.ofMinutes(1).plusSeconds(1));
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
		assertNothingToClaim();
	}

	@Test
	void dueJobsAreClaimedByPriorityThenArrivalNotByDueTime() {
		JobId lastDue = enqueue(DRAFT.delay(Duration.ofSeconds(30)));
		JobId firstDue = enqueue(DRAFT.delay(Duration.ofSeconds(10)));
		JobId urgent = enqueue(DRAFT.priority(3).delay(Duration.ofSeconds(20)));
		this.fixture.advance(Duration.ofMinutes(1));
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 3))).containsExactly(urgent, lastDue, firstDue);
	}

	@Test
	void manyJobsThatAreDueTogetherAreAllClaimed() {
		List<JobId> ids = enqueue(1000, DRAFT.delay(Duration.ofHours(1)));
		List<JobId> later = enqueue(10, DRAFT.delay(Duration.ofHours(3)));
		this.fixture.advance(Duration.ofHours(2));
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 400), 1000))).containsExactlyInAnyOrderElementsOf(ids);
		assertNothingToClaim();
		assertThat(later).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.SCHEDULED));
	}

	private static List<JobId> concat(List<JobId> first, List<JobId> second) {
		List<JobId> all = new ArrayList<>(first);
		all.addAll(second);
		return all;
	}

}
