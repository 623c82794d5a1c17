package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An outcome is recorded if, and only if, the lease of its job is still there.
 */
abstract class LeaseContract extends StoreContract {

	@Test
	void restOfALeaseStaysLeased() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(4);
		settle(succeeded(jobs.get(1)), Outcome.released(jobs.get(2)));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.RUNNING, JobState.SUCCEEDED,
				JobState.AVAILABLE, JobState.RUNNING);
		assertThat(awaitClaim(register()).id()).isEqualTo(ids.get(2));
		assertNothingToClaim();
		settle(succeeded(jobs.get(0)), succeeded(jobs.get(3)));
		assertThat(state(ids.get(0))).isEqualTo(JobState.SUCCEEDED);
		assertThat(state(ids.get(3))).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void outcomeIsRefusedTheSecondTime() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		settle(succeeded(claimed));
		assertThat(refused(failed(claimed))).containsExactly(id);
		assertThat(refused(Outcome.released(claimed))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(find(id).failures()).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void outcomeOfALeaseThatWasGivenBackIsRefused() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		settle(Outcome.released(claimed));
		assertThat(refused(succeeded(claimed))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		assertThat(find(id).attempt()).isZero();
	}

	@Test
	void outcomeOfAnEarlierLeaseIsRefusedWhileAnotherRuns() {
		JobId id = enqueue(DRAFT);
		ClaimedJob earlier = claimOne();
		settle(retry(earlier, Duration.ZERO));
		ClaimedJob later = awaitClaim(this.node);
		assertThat(later.id()).isEqualTo(id);
		assertThat(refused(succeeded(earlier))).containsExactly(id);
		assertThat(refused(retry(earlier, Duration.ZERO))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		settle(succeeded(later));
		assertThat(find(id).attempt()).isEqualTo(2);
		assertThat(find(id).failures()).hasSize(1);
	}

	@Test
	void outcomeOfAJobThatIsScheduledAgainIsRefused() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		settle(retry(claimed, Duration.ofHours(1)));
		assertThat(refused(succeeded(claimed))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
	}

	@Test
	void outcomeOfADeletedJobIsRefused() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		rescueAllBut();
		this.node = register();
		assertThat(this.store.admin().delete(id)).isTrue();
		assertThat(refused(succeeded(claimed))).containsExactly(id);
		assertThat(refused(retry(claimed, Duration.ZERO))).containsExactly(id);
		assertThat(this.store.admin().find(id)).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void refusedOutcomesDoNotKeepOthersFromBeingSettled() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(Outcome.released(jobs.get(1)));
		assertThat(refused(succeeded(jobs.get(0)), succeeded(jobs.get(1)), failed(jobs.get(2))))
			.containsExactly(ids.get(1));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.AVAILABLE,
				JobState.FAILED);
	}

	@Test
	void jobThatIsRetriedByHandIsFreeOfTheLeaseItFailedIn() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(failed(jobs.get(0)), Outcome.cancelled(jobs.get(1), null, Duration.ZERO));
		assertThat(this.store.admin().retry(ids)).isEqualTo(2);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 2), 2))).containsExactly(ids.get(0), ids.get(1));
	}

	@Test
	void outcomesThatAreRefusedAgainAndAgainLeaveTheRestOfTheirLeaseAlone() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> jobs = claim(4);
		for (int settled = 0; settled < 4; settled++) {
			settle(succeeded(jobs.get(settled)));
			for (int i = 0; i < 4; i++) {
				assertThat(refused(succeeded(jobs.get(0)))).containsExactly(ids.get(0));
			}
			assertThat(ids.subList(settled + 1, 4))
				.allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.RUNNING));
			assertNothingToClaim();
		}
	}

	@Test
	void whichNodeSettlesDoesNotMatter() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		Exchange.Result result = exchange(register(), List.of(succeeded(claimed)), Claim.NONE);
		assertThat(result.refused()).isEmpty();
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void unregisteredNodeSettlesButClaimsNothing() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		long gone = register();
		this.store.deregister(gone);
		Exchange.Result result = exchange(gone,
				List.of(succeeded(jobs.get(0)), retry(jobs.get(1), Duration.ofHours(1))), Claim.of(QUEUE, 10));
		assertThat(result.isNodeAlive()).isFalse();
		assertThat(result.claimed()).isEmpty();
		assertThat(result.refused()).isEmpty();
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.SCHEDULED,
				JobState.AVAILABLE);
	}

	@Test
	void nodeThatWasDeclaredDeadClaimsNothing() {
		JobId id = enqueue(DRAFT);
		rescueAllBut();
		Exchange.Result result = exchange(this.node, List.of(), Claim.of(QUEUE, 10));
		assertThat(result.isNodeAlive()).isFalse();
		assertThat(result.claimed()).isEmpty();
		assertThat(awaitClaim(register()).id()).isEqualTo(id);
	}

	@Test
	void exchangeWithoutClaimTellsThatTheNodeIsAlive() {
		assertThat(exchange(this.node, List.of(), Claim.NONE).isNodeAlive()).isTrue();
	}

	@Test
	void anotherInstanceOnTheSameDataSeesTheLeases() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		Optional<JobStore> second = this.fixture.secondInstance();
		JobStore other = second.orElse(this.store);
		for (int i = 0; i < 3; i++) {
			assertThat(other.exchange(new Exchange(this.node, List.of(), Claim.of(QUEUE, 10))).claimed()).isEmpty();
		}
		assertThat(other.admin().get(id).state()).isEqualTo(JobState.RUNNING);
		Exchange.Result result = other.exchange(new Exchange(this.node, List.of(succeeded(claimed)), Claim.NONE));
		assertThat(result.refused()).isEmpty();
		assertThat(this.store.exchange(new Exchange(this.node, List.of(succeeded(claimed)), Claim.NONE)).refused())
			.isEqualTo(Set.of(id));
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void anotherInstanceClaimsWhatThisOneGaveBack() {
		List<JobId> ids = enqueue(20, DRAFT);
		List<ClaimedJob> jobs = claim(20);
		settle(jobs.stream().map(Outcome::released).toArray(Outcome[]::new));
		JobStore first = this.store;
		this.store = this.fixture.secondInstance().orElse(first);
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 20), 20))).isEqualTo(ids);
	}

}
