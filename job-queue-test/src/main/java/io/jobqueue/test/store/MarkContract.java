package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs that run for long are leased as all others, and show how far they are.
 */
abstract class MarkContract extends StoreContract {

	@Test
	void markedJobsAreStillLeased() {
		List<JobId> ids = enqueue(3, DRAFT);
		mark(claim(3));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.RUNNING));
		assertNothingToClaim();
		NodeStatus status = this.store.admin().nodes().get(0);
		assertThat(status.jobs()).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(this.store.admin().queues().get(0).running()).isEqualTo(3);
	}

	@Test
	void markedJobsAreSettledAsOthers() {
		List<JobId> ids = enqueue(6, DRAFT);
		List<ClaimedJob> jobs = claim(6);
		mark(jobs);
		settle(succeeded(jobs.get(0)), retry(jobs.get(1), Duration.ofHours(1)), failed(jobs.get(2)),
				cancelled(jobs.get(3)), Outcome.snoozed(jobs.get(4), Duration.ZERO, RAN),
				Outcome.released(jobs.get(5)));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.SCHEDULED,
				JobState.FAILED, JobState.CANCELLED, JobState.AVAILABLE, JobState.AVAILABLE);
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 2))).isEqualTo(ids.subList(4, 6));
	}

	@Test
	void markedLeaseIsSettledBitByBit() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(1)));
		mark(List.of(jobs.get(0), jobs.get(2)));
		settle(succeeded(jobs.get(2)));
		assertThat(refused(succeeded(jobs.get(1)), succeeded(jobs.get(2)))).containsExactlyInAnyOrder(ids.get(1),
				ids.get(2));
		assertThat(state(ids.get(0))).isEqualTo(JobState.RUNNING);
		settle(succeeded(jobs.get(0)));
		assertThat(state(ids.get(0))).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void markedJobsAreRescued() {
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		mark(jobs);
		long survivor = register();
		assertThat(rescueAllBut(survivor).rescued()).isEqualTo(2);
		assertThat(ids(awaitClaims(survivor, Claim.of(QUEUE, 10), 1))).containsExactly(ids.get(0));
		assertThat(refused(succeeded(jobs.get(0)))).containsExactly(ids.get(0));
		assertThat(state(ids.get(1))).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void markedJobsAreGivenBackByANodeThatLeaves() {
		List<JobId> ids = enqueue(2, DRAFT);
		mark(claim(2));
		this.store.deregister(this.node);
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 2))).isEqualTo(ids);
	}

	@Test
	void markedJobCanBeClaimedAndMarkedAgain() {
		JobId id = enqueue(DRAFT);
		for (int i = 0; i < 3; i++) {
			ClaimedJob claimed = awaitClaim(this.node);
			assertThat(claimed.id()).isEqualTo(id);
			assertThat(claimed.attempts()).isEqualTo(i);
			mark(List.of(claimed));
			settle(retry(claimed, Duration.ZERO));
		}
	}

	@Test
	void markingTwiceIsHarmless() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		mark(List.of(claimed));
		mark(List.of(claimed));
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		settle(succeeded(claimed));
	}

	@Test
	void jobsThatAreNoLongerLeasedToTheNodeAreLeftAlone() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)), Outcome.released(jobs.get(1)), Outcome.released(jobs.get(2)));
		long other = register();
		ClaimedJob taken = awaitClaim(other);
		JobProgress progress = new JobProgress(50, "late");
		this.store.mark(this.node, jobs, Map.of(ids.get(0), progress, ids.get(1), progress, ids.get(2), progress));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.RUNNING,
				JobState.AVAILABLE);
		assertThat(ids).allSatisfy((id) -> assertThat(find(id).progress()).isNull());
		assertThat(awaitClaim(other).id()).isEqualTo(ids.get(2));
		settle(succeeded(taken));
	}

	@Test
	void lateReportDoesNotReplaceThatOfTheNodeThatHasTheJobNow() {
		JobId id = enqueue(DRAFT);
		ClaimedJob lost = claimOne();
		mark(List.of(lost));
		settle(Outcome.released(lost));
		long other = register();
		ClaimedJob taken = awaitClaim(other);
		this.store.mark(other, List.of(taken), Map.of(id, new JobProgress(20, "new")));
		this.store.mark(this.node, List.of(lost), Map.of(id, new JobProgress(80, "late")));
		assertThat(find(id).progress()).isEqualTo(new JobProgress(20, "new"));
	}

	@Test
	void jobsOfADeletedIdAreLeftAlone() {
		enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		settle(Outcome.released(claimed));
		this.store.admin().delete(claimed.id());
		this.store.mark(this.node, List.of(claimed), Map.of(claimed.id(), new JobProgress(1, null)));
		assertThat(this.store.admin().find(claimed.id())).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void progressIsShownAndReplaced() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		assertThat(find(id).progress()).isNull();
		this.store.mark(this.node, List.of(claimed), Map.of(id, new JobProgress(10, "reading")));
		assertThat(find(id).progress()).isEqualTo(new JobProgress(10, "reading"));
		this.store.mark(this.node, List.of(claimed), Map.of(id, new JobProgress(100, null)));
		assertThat(find(id).progress()).isEqualTo(new JobProgress(100, null));
	}

	@Test
	void progressOfJobsThatWereMarkedEarlierNeedsNoOtherMark() {
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		mark(jobs);
		this.store.mark(this.node, List.of(), Map.of(ids.get(1), new JobProgress(33, "a third")));
		assertThat(find(ids.get(0)).progress()).isNull();
		assertThat(find(ids.get(1)).progress()).isEqualTo(new JobProgress(33, "a third"));
	}

	@Test
	void progressMessageMayBeAnyText() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.mark(this.node, List.of(claimed),
				Map.of(id, new JobProgress(5, "\"nul\" \u0000, lone \ud800, \u6f22\u5b57 \ud83d\ude00")));
		JobProgress progress = find(id).progress();
		assertThat(progress).isNotNull();
		assertThat(progress.message()).startsWith("\"nul\" ").endsWith(", \u6f22\u5b57 \ud83d\ude00");
	}

	@Test
	void manyLongRunningJobsDoNotHideOthers() {
		enqueue(2000, DRAFT);
		mark(awaitClaims(this.node, Claim.of(QUEUE, 1000), 2000));
		List<JobId> others = enqueue(5, DRAFT);
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 5))).isEqualTo(others);
	}

	private void mark(List<ClaimedJob> jobs) {
		assertThat(this.store.mark(this.node, jobs, Map.of())).isTrue();
	}

}
