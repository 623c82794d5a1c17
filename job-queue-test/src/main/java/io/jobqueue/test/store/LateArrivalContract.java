package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs with small ids that become available while a node works on greater ones. They come
 * before the rest of the backlog, within a poll interval, although claims never come back
 * short: this is what a store gets wrong that remembers how far it has come.
 */
abstract class LateArrivalContract extends StoreContract {

	private static final int BATCH = 10;

	private static final Duration SOON = Duration.ofHours(1);

	@Test
	void jobsThatWereGivenBackOvertakeTheBacklog() {
		enqueue(5, DRAFT);
		List<ClaimedJob> early = claim(5);
		long worker = workOnBacklog(0);
		settle(early.stream().map(Outcome::released).toArray(Outcome[]::new));
		workUntilClaimed(worker, ids(early), 0);
	}

	@Test
	void retriedJobsOvertakeTheBacklog() {
		enqueue(5, DRAFT);
		List<ClaimedJob> early = claim(5);
		long worker = workOnBacklog(0);
		settle(early.stream().map((job) -> retry(job, Duration.ZERO)).toArray(Outcome[]::new));
		workUntilClaimed(worker, ids(early), 0);
	}

	@Test
	void jobsThatTheWorkerItselfRetriesOvertakeTheBacklog() {
		enqueue(5, DRAFT);
		List<ClaimedJob> early = claim(5);
		long worker = workOnBacklog(0);
		Exchange.Result result = exchange(worker,
				early.stream().map((job) -> Outcome.snoozed(job, Duration.ZERO, RAN)).toList(), Claim.of(QUEUE, BATCH));
		settle(succeeded(result.claimed()).toArray(Outcome[]::new));
		Set<JobId> rest = new HashSet<>(ids(early));
		ids(result.claimed()).forEach(rest::remove);
		workUntilClaimed(worker, rest, 0);
	}

	@Test
	void jobsThatBecomeDueOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT.delay(SOON));
		long worker = workOnBacklog(0);
		this.fixture.advance(SOON.plusSeconds(1));
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void jobsOfAnotherPriorityThatBecomeDueOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT.priority(7).delay(SOON));
		long worker = workOnBacklog(0);
		work(worker, enqueue(20, DRAFT.priority(7)).size());
		this.fixture.advance(SOON.plusSeconds(1));
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void jobsOfThePriorityOfTheBacklogThatBecomeDueOvertakeIt() {
		List<JobId> early = enqueue(5, DRAFT.priority(7).delay(SOON));
		enqueue(100, DRAFT);
		long worker = workOnBacklog(7);
		this.fixture.advance(SOON.plusSeconds(1));
		workUntilClaimed(worker, early, 7);
	}

	@Test
	void rescheduledJobsOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT.delay(SOON));
		long worker = workOnBacklog(0);
		assertThat(this.store.admin().reschedule(early, Instant.EPOCH)).isEqualTo(5);
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void jobsThatAreRetriedByHandOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT);
		settle(claim(5).stream().map(StoreContract::failed).toArray(Outcome[]::new));
		long worker = workOnBacklog(0);
		assertThat(this.store.admin().retry(early)).isEqualTo(5);
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void rescuedJobsOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT);
		claim(5);
		long worker = workOnBacklog(0);
		rescueAllBut(worker);
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void jobsOfANodeThatLeftOvertakeTheBacklog() {
		List<JobId> early = enqueue(5, DRAFT);
		claim(5);
		long worker = workOnBacklog(0);
		this.store.deregister(this.node);
		workUntilClaimed(worker, early, 0);
	}

	@Test
	void jobsOfAResumedQueueAreClaimed() {
		List<JobId> early = enqueue(5, DRAFT);
		this.store.admin().pause(QUEUE);
		enqueue(5, DRAFT);
		assertNothingToClaim();
		this.store.admin().resume(QUEUE);
		workUntilClaimed(this.node, early, 0);
	}

	@Test
	void higherPriorityThatAppearsOvertakesTheBacklog() {
		long worker = workOnBacklog(0);
		JobId urgent = enqueue(DRAFT.priority(1));
		assertThat(ids(exchange(worker, List.of(), Claim.of(QUEUE, 1)).claimed())).containsExactly(urgent);
	}

	@Test
	void lowerPriorityIsClaimedWhenTheHigherOnesAreDone() {
		List<JobId> unimportant = enqueue(5, DRAFT.priority(-1));
		enqueue(50, DRAFT);
		work(this.node, 50);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, BATCH), 5))).isEqualTo(unimportant);
	}

	/**
	 * Let a new node work on part of a backlog.
	 * @return the node, which holds nothing
	 */
	private long workOnBacklog(int priority) {
		long worker = register();
		enqueue(200, DRAFT.priority(priority));
		work(worker, 100);
		return worker;
	}

	private void work(long worker, int count) {
		for (int done = 0; done < count; done += BATCH) {
			List<ClaimedJob> claimed = claim(worker, Claim.of(QUEUE, BATCH));
			assertThat(claimed).hasSize(BATCH);
			settle(succeeded(claimed).toArray(Outcome[]::new));
		}
	}

	/**
	 * Keep working on a backlog that never ends, until some jobs have come.
	 */
	private void workUntilClaimed(long worker, Iterable<JobId> expected, int priority) {
		Set<JobId> missing = new HashSet<>();
		expected.forEach(missing::add);
		List<Outcome> outcomes = new ArrayList<>();
		eventually(() -> {
			enqueue(2 * BATCH, DRAFT.priority(priority));
			List<ClaimedJob> claimed = exchange(worker, outcomes, Claim.of(QUEUE, BATCH)).claimed();
			outcomes.clear();
			outcomes.addAll(succeeded(claimed));
			ids(claimed).forEach(missing::remove);
			return missing.isEmpty();
		});
	}

}
