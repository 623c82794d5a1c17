package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Claim.Room;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the jobs of a node that died.
 */
abstract class RescueContract extends StoreContract {

	private static final Claim WITHOUT_SUSPECTS = new Claim(List.of(new Room(QUEUE, 10)), 10, false, Set.of());

	@Test
	void nothingIsTakenFromLiveNodes() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		Rescue rescue = rescueAllBut(this.node);
		assertThat(rescue.deadNodes()).isEmpty();
		assertThat(rescue.rescued()).isZero();
		assertThat(rescue.failed()).isEmpty();
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		settle(succeeded(claimed));
	}

	@Test
	void silenceThatIsTooShortIsNoDeath() {
		enqueue(DRAFT);
		claimOne();
		this.fixture.advance(SILENCE.minusSeconds(5));
		assertThat(this.store.rescue(SILENCE).deadNodes()).isEmpty();
		assertThat(this.store.heartbeat(this.node).isAlive()).isTrue();
	}

	@Test
	void allJobsOfADeadNodeAreAvailableAgain() {
		List<JobId> ids = enqueue(4, DRAFT);
		settle(succeeded(claim(1).get(0)));
		claim(2);
		claim(1);
		long survivor = register();
		Rescue rescue = rescueAllBut(survivor);
		assertThat(rescue.deadNodes()).containsExactly(this.node);
		assertThat(rescue.rescued()).isEqualTo(3);
		assertThat(rescue.failed()).isEmpty();
		assertThat(ids.subList(1, 4)).allSatisfy((id) -> {
			JobRecord job = find(id);
			assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
			assertThat(job.abandonments()).isEqualTo(1);
			assertThat(job.attempt()).isZero();
			assertThat(job.failures()).isEmpty();
		});
		assertThat(this.store.admin().nodes()).extracting((status) -> status.id()).containsExactly(survivor);
	}

	@Test
	void deadNodesAreFoundOnce() {
		enqueue(DRAFT);
		claimOne();
		assertThat(rescueAllBut().deadNodes()).hasSize(1);
		Rescue again = rescueAllBut();
		assertThat(again.deadNodes()).isEmpty();
		assertThat(again.rescued()).isZero();
	}

	@Test
	void severalDeadNodesAreFoundTogether() {
		enqueue(2, DRAFT);
		long other = register();
		claim(1);
		claim(other, Claim.of(QUEUE, 1));
		Rescue rescue = rescueAllBut();
		assertThat(rescue.deadNodes()).containsExactlyInAnyOrder(this.node, other);
		assertThat(rescue.rescued()).isEqualTo(2);
	}

	@Test
	void nodeThatWakesUpTooLateOverwritesNothing() {
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> frozen = claim(2);
		long survivor = register();
		rescueAllBut(survivor);
		ClaimedJob first = awaitClaim(survivor);
		settle(succeeded(first));
		assertThat(refused(failed(frozen.get(0)), succeeded(frozen.get(1)))).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(state(ids.get(0))).isEqualTo(JobState.SUCCEEDED);
		assertThat(state(ids.get(1))).isEqualTo(JobState.AVAILABLE);
		assertThat(this.store.heartbeat(this.node).isAlive()).isFalse();
	}

	@Test
	void nodeThatWakesUpWhileAnotherRunsItsJobOverwritesNothing() {
		JobId id = enqueue(DRAFT);
		ClaimedJob frozen = claimOne();
		long survivor = register();
		rescueAllBut(survivor);
		ClaimedJob running = awaitClaim(survivor);
		assertThat(refused(succeeded(frozen))).containsExactly(id);
		assertThat(refused(Outcome.released(frozen))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		settle(succeeded(running));
	}

	@Test
	void abandonedJobsAreClaimedOneAtATimeInOrder() {
		List<JobId> ids = enqueue(3, DRAFT);
		claim(3);
		JobId innocent = enqueue(DRAFT.priority(100));
		long survivor = register();
		rescueAllBut(survivor);
		for (JobId id : ids) {
			List<ClaimedJob> claimed = awaitClaims(survivor, Claim.of(QUEUE, 10), 1);
			assertThat(ids(claimed)).containsExactly(id);
			assertThat(claimed.get(0).isSuspect()).isTrue();
			assertThat(claimed.get(0).abandonments()).isEqualTo(1);
			settle(succeeded(claimed.get(0)));
		}
		assertThat(ids(awaitClaims(survivor, Claim.of(QUEUE, 10), 1))).containsExactly(innocent);
	}

	@Test
	void abandonedJobsAreLeftWhenSuspectsAreNotWanted() {
		List<JobId> ids = enqueue(2, DRAFT);
		claim(2);
		List<JobId> others = enqueue(2, DRAFT);
		long survivor = register();
		rescueAllBut(survivor);
		assertThat(ids(awaitClaims(survivor, WITHOUT_SUSPECTS, 2))).isEqualTo(others);
		assertNothingToClaim(WITHOUT_SUSPECTS);
		assertThat(awaitClaim(survivor).id()).isEqualTo(ids.get(0));
	}

	@Test
	void suspectIsTakenFromTheFirstQueueThatHasOne() {
		JobId second = enqueue(DRAFT.queue("second"));
		JobId first = enqueue(DRAFT.queue("first"));
		claim(this.node, claimOf("first", "second"));
		enqueue(DRAFT.queue("zeroth"));
		long survivor = register();
		rescueAllBut(survivor);
		assertThat(ids(awaitClaims(survivor, claimOf("zeroth", "first", "second"), 1))).containsExactly(first);
		assertThat(ids(awaitClaims(survivor, claimOf("zeroth", "first", "second"), 1))).containsExactly(second);
		assertThat(awaitClaims(survivor, claimOf("zeroth", "first", "second"), 1)).extracting(ClaimedJob::queue)
			.containsExactly("zeroth");
	}

	@Test
	void suspectOfAQueueWithoutRoomOrOfAnExcludedHandlerIsLeft() {
		enqueue(DRAFT);
		enqueue(DRAFT.queue("full"));
		claim(this.node, claimOf(QUEUE, "full"));
		JobId innocent = enqueue(DRAFT.handler("known"));
		long survivor = register();
		rescueAllBut(survivor);
		Claim claim = new Claim(List.of(new Room("full", 0), new Room(QUEUE, 5)), 5, true,
				Set.of(DRAFT.job().handler()));
		assertThat(ids(awaitClaims(survivor, claim, 1))).containsExactly(innocent);
		assertNothingToClaim(claim);
	}

	@Test
	void suspectOfAPausedQueueIsLeft() {
		JobId id = enqueue(DRAFT);
		claimOne();
		long survivor = register();
		this.store.admin().pause(QUEUE);
		rescueAllBut(survivor);
		assertNothingToClaim();
		this.store.admin().resume(QUEUE);
		assertThat(awaitClaim(survivor).id()).isEqualTo(id);
	}

	@Test
	void jobThatKillsItsProcessFailsAndItsNeighboursSucceed() {
		JobId culprit = enqueue(DRAFT);
		List<JobId> innocents = enqueue(5, DRAFT);
		List<JobId> failed = List.of();
		for (int life = 1; life <= Rescue.MAX_ABANDONMENTS; life++) {
			this.node = register();
			List<ClaimedJob> claimed = awaitJob(culprit);
			assertThat(claimed).extracting(ClaimedJob::abandonments).contains(life - 1);
			failed = rescueAllBut().failed();
		}
		assertThat(failed).containsExactly(culprit);
		assertFailedByAbandonment(culprit);
		this.node = register();
		for (int i = 0; i < innocents.size(); i++) {
			settle(succeeded(awaitClaim(this.node)));
		}
		assertThat(innocents).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.SUCCEEDED));
		assertNothingToClaim();
	}

	@Test
	void abandonmentsAreForgottenWhenARunEnds() {
		JobId id = enqueue(DRAFT.attempts(10, null, null));
		for (int i = 1; i < Rescue.MAX_ABANDONMENTS; i++) {
			this.node = register();
			awaitClaim(this.node);
			rescueAllBut();
		}
		this.node = register();
		settle(retry(awaitClaim(this.node), Duration.ZERO));
		ClaimedJob again = awaitClaim(this.node);
		assertThat(again.isSuspect()).isFalse();
		assertThat(rescueAllBut().failed()).isEmpty();
		assertThat(find(id).abandonments()).isEqualTo(1);
		assertThat(find(id).attempt()).isEqualTo(1);
	}

	@Test
	void releasedSuspectIsStillASuspect() {
		JobId id = enqueue(DRAFT);
		claimOne();
		this.node = register();
		rescueAllBut(this.node);
		settle(Outcome.released(awaitClaim(this.node)));
		assertThat(find(id).abandonments()).isEqualTo(1);
		assertNothingToClaim(WITHOUT_SUSPECTS);
		assertThat(awaitClaim(this.node).isSuspect()).isTrue();
	}

	@Test
	void leasesOfNodesThatAreNotRegisteredAreRescued() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		if (!this.fixture.forgetNode(this.node)) {
			this.store.deregister(this.node);
		}
		assertThat(this.store.rescue(SILENCE).failed()).isEmpty();
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		assertThat(refused(succeeded(claimed))).containsExactly(id);
		assertThat(awaitClaim(register()).id()).isEqualTo(id);
	}

	private List<ClaimedJob> awaitJob(JobId id) {
		List<ClaimedJob> all = new ArrayList<>();
		eventually(() -> {
			List<ClaimedJob> claimed = claim(this.node, Claim.of(QUEUE, 10));
			all.addAll(claimed);
			return ids(all).contains(id);
		});
		return all;
	}

	private void assertFailedByAbandonment(JobId id) {
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.FAILED);
		assertThat(job.abandonments()).isEqualTo(Rescue.MAX_ABANDONMENTS);
		assertThat(job.finishedAt()).isNotNull();
		assertThat(job.attempt()).isZero();
		assertThat(job.failures()).hasSize(1);
		JobFailure failure = job.failures().get(0);
		assertThat(failure.type()).isEqualTo(Rescue.ABANDONED);
		assertThat(failure.message()).isEqualTo(Rescue.ABANDONED_MESSAGE);
		assertThat(failure.attempt()).isZero();
		assertThat(failure.stackTrace()).isEmpty();
	}

	private static Claim claimOf(String... queues) {
		return new Claim(List.of(queues).stream().map((queue) -> new Room(queue, 10)).toList(), 10, true, Set.of());
	}

}
