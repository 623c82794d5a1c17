package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.JobLimits;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits: how many jobs of a key, a handler or a queue run at once, and how many start
 * within a time.
 */
abstract class LimitContract extends StoreContract {

	private static final Claim ALL = Claim.of(QUEUE, 100);

	private static final Duration LATER = Duration.ofMinutes(10);

	private static JobDraft keyed(String key, int max) {
		return DRAFT.limits(JobLimits.ofKey(key, JobLimit.concurrency(max)));
	}

	private static JobDraft ofHandler(String handler, int max) {
		return DRAFT.handler(handler).limits(JobLimits.ofHandler(JobLimit.concurrency(max)));
	}

	private List<JobId> claimAll() {
		return ids(claim(this.node, ALL));
	}

	private ClaimedJob claimOnly(JobId id) {
		List<ClaimedJob> claimed = awaitClaims(this.node, ALL, 1);
		assertThat(claimed.get(0).id()).isEqualTo(id);
		return claimed.get(0);
	}

	@Test
	void limitsAreShown() {
		JobLimits all = new JobLimits("acme", new JobLimit(2, RateLimit.parse("10/5m, burst 7")), true,
				JobLimit.rate(RateLimit.parse("1000/h")));
		JobId full = enqueue(DRAFT.limits(all));
		JobId ofHandler = enqueue(ofHandler("test.other", 1));
		assertThat(find(full).limits()).isEqualTo(all);
		assertThat(find(ofHandler).limits()).isEqualTo(JobLimits.ofHandler(JobLimit.concurrency(1)));
		assertThat(find(enqueue(DRAFT)).limits()).isNull();
		awaitClaims(this.node, ALL, 3).forEach((job) -> settle(succeeded(job)));
		assertThat(find(full).limits()).isEqualTo(all);
	}

	@Test
	void keyWithLimitOneIsASequence() {
		List<JobId> jobs = enqueue(5, keyed("a", 1));
		for (JobId job : jobs) {
			ClaimedJob claimed = claimOnly(job);
			assertThat(claimed.isLimited()).isTrue();
			assertNothingToClaim();
			settle(succeeded(claimed));
		}
		assertNothingToClaim();
	}

	@Test
	void endAndNextOfAKeyAreOneExchange() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		ClaimedJob first = claimOnly(jobs.get(0));
		assertThat(ids(exchange(this.node, List.of(succeeded(first)), ALL).claimed())).containsExactly(jobs.get(1));
	}

	@Test
	void keysDoNotWaitForEachOther() {
		List<JobId> jobs = new ArrayList<>();
		for (String key : List.of("a", "a", "b", "b", "c")) {
			jobs.add(enqueue(keyed(key, 1)));
		}
		assertThat(claimAll()).containsExactlyInAnyOrder(jobs.get(0), jobs.get(2), jobs.get(4));
	}

	@Test
	void jobsWithoutKeyDoNotWait() {
		enqueue(3, keyed("a", 1));
		List<JobId> plain = enqueue(3, DRAFT);
		assertThat(claimAll()).hasSize(4).containsAll(plain);
	}

	@Test
	void asManyOfAKeyRunAsItsLimitSays() {
		List<JobId> jobs = enqueue(7, keyed("a", 3));
		List<ClaimedJob> claimed = claim(this.node, ALL);
		assertThat(ids(claimed)).containsExactlyElementsOf(jobs.subList(0, 3));
		settle(succeeded(claimed.get(1)), succeeded(claimed.get(0)));
		assertThat(ids(awaitClaims(this.node, ALL, 2))).containsExactlyElementsOf(jobs.subList(3, 5));
		assertNothingToClaim();
	}

	@Test
	void keyIsServedByPriorityThenArrival() {
		JobId first = enqueue(keyed("a", 1));
		ClaimedJob running = claimOnly(first);
		JobId second = enqueue(keyed("a", 1));
		JobId urgent = enqueue(keyed("a", 1).priority(5));
		assertNothingToClaim();
		settle(succeeded(running));
		running = claimOnly(urgent);
		settle(succeeded(running));
		claimOnly(second);
	}

	@Test
	void keyIsFreeAgainHoweverItsJobEnds() {
		List<JobId> jobs = enqueue(5, keyed("a", 1));
		settle(failed(claimOnly(jobs.get(0))));
		settle(cancelled(claimOnly(jobs.get(1))));
		ClaimedJob third = claimOnly(jobs.get(2));
		this.store.admin().cancel(jobs.get(2));
		settle(Outcome.released(third));
		claimOnly(jobs.get(3));
		rescueAllBut();
		this.node = register();
		settle(failed(claimOnly(jobs.get(3))));
		assertThat(this.store.admin().delete(jobs.get(4))).isTrue();
		assertNothingToClaim();
		claimOnly(enqueue(keyed("a", 1)));
	}

	@Test
	void waitingJobsOfAKeyCanBeCancelledAndDeleted() {
		List<JobId> jobs = enqueue(4, keyed("a", 1));
		ClaimedJob first = claimOnly(jobs.get(0));
		assertThat(this.store.admin().cancel(jobs.get(1))).isTrue();
		assertThat(this.store.admin().delete(jobs.get(2))).isTrue();
		settle(succeeded(first));
		claimOnly(jobs.get(3));
		assertThat(state(jobs.get(1))).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void jobThatWaitsForItsKeyIsAvailable() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		claimOnly(jobs.get(0));
		assertThat(state(jobs.get(1))).isEqualTo(JobState.AVAILABLE);
		assertThat(this.store.admin().find(JobFilter.in(JobState.AVAILABLE), null, 10)).hasSize(1);
		assertThat(this.store.admin().queues().get(0).available()).isOne();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.AVAILABLE, 1L);
	}

	@Test
	void sequenceWaitsForTheRetryOfItsHead() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		settle(retry(claimOnly(jobs.get(0)), LATER));
		assertNothingToClaim();
		this.fixture.advance(LATER);
		ClaimedJob again = claimOnly(jobs.get(0));
		assertThat(again.attempts()).isOne();
		settle(succeeded(again));
		claimOnly(jobs.get(1));
	}

	@Test
	void keyThatIsNotHeldIsFreeWhileItsJobWaitsForTheNextAttempt() {
		JobDraft draft = DRAFT.limits(new JobLimits("a", JobLimit.concurrency(1), false, JobLimit.NONE));
		List<JobId> jobs = enqueue(2, draft);
		settle(retry(claimOnly(jobs.get(0)), LATER));
		ClaimedJob second = claimOnly(jobs.get(1));
		this.fixture.advance(LATER);
		this.store.heartbeat(this.node);
		assertNothingToClaim();
		settle(succeeded(second));
		claimOnly(jobs.get(0));
	}

	@Test
	void snoozeFreesTheKey() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		settle(Outcome.snoozed(claimOnly(jobs.get(0)), LATER, RAN));
		claimOnly(jobs.get(1));
	}

	@Test
	void jobOfAKeyThatIsNotDueDoesNotCount() {
		JobId later = enqueue(keyed("a", 1).delay(LATER));
		JobId now = enqueue(keyed("a", 1));
		ClaimedJob claimed = claimOnly(now);
		this.fixture.advance(LATER);
		this.store.heartbeat(this.node);
		assertNothingToClaim();
		settle(succeeded(claimed));
		claimOnly(later);
	}

	@Test
	void rescheduledJobMakesRoomForTheNext() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		assertThat(this.store.admin().reschedule(List.of(jobs.get(0)), this.fixture.now().plus(LATER))).isOne();
		ClaimedJob second = claimOnly(jobs.get(1));
		assertThat(this.store.admin().reschedule(List.of(jobs.get(0)), this.fixture.now())).isOne();
		assertNothingToClaim();
		settle(succeeded(second));
		claimOnly(jobs.get(0));
	}

	@Test
	void jobThatIsRetriedByHandWaitsForItsKey() {
		List<JobId> jobs = enqueue(2, keyed("a", 1));
		settle(failed(claimOnly(jobs.get(0))));
		ClaimedJob second = claimOnly(jobs.get(1));
		assertThat(this.store.admin().retry(jobs.get(0))).isTrue();
		assertNothingToClaim();
		settle(succeeded(second));
		claimOnly(jobs.get(0));
	}

	@Test
	void handlerIsLimitedOnAllNodes() {
		List<JobId> jobs = enqueue(4, ofHandler("mail.send", 2));
		JobId other = enqueue(DRAFT);
		long second = register();
		List<ClaimedJob> first = claim(this.node, Claim.of(QUEUE, 1));
		List<ClaimedJob> rest = claim(second, ALL);
		assertThat(ids(first)).containsExactly(jobs.get(0));
		assertThat(ids(rest)).containsExactly(jobs.get(1), other);
		assertNothingToClaim();
		settle(succeeded(first.get(0)));
		claimOnly(jobs.get(2));
	}

	@Test
	void keyAndHandlerAreLimitedTogether() {
		List<JobId> jobs = new ArrayList<>();
		for (String key : List.of("a", "a", "b", "c")) {
			jobs.add(enqueue(DRAFT.limits(new JobLimits(key, JobLimit.concurrency(1), true, JobLimit.concurrency(2)))));
		}
		List<ClaimedJob> claimed = claim(this.node, ALL);
		assertThat(ids(claimed)).containsExactly(jobs.get(0), jobs.get(2));
		settle(succeeded(claimed.get(1)));
		ClaimedJob third = claimOnly(jobs.get(3));
		settle(succeeded(third));
		assertNothingToClaim();
		settle(succeeded(claimed.get(0)));
		claimOnly(jobs.get(1));
	}

	@Test
	void handlerIsFreeWhileItsJobWaitsForTheNextAttempt() {
		List<JobId> jobs = enqueue(2, ofHandler("mail.send", 1));
		settle(retry(claimOnly(jobs.get(0)), LATER));
		claimOnly(jobs.get(1));
	}

	@Test
	void queueIsLimitedOnAllNodes() {
		this.store.admin().limit(LimitTarget.queue(QUEUE), JobLimit.concurrency(3));
		List<JobId> jobs = enqueue(6, DRAFT);
		List<ClaimedJob> first = claim(this.node, Claim.of(QUEUE, 2));
		List<ClaimedJob> second = claim(register(), ALL);
		assertThat(ids(first)).containsExactlyElementsOf(jobs.subList(0, 2));
		assertThat(ids(second)).containsExactly(jobs.get(2));
		assertThat(second.get(0).isLimited()).isTrue();
		assertNothingToClaim();
		settle(succeeded(first.get(0)), succeeded(second.get(0)));
		assertThat(ids(awaitClaims(this.node, ALL, 2))).containsExactlyElementsOf(jobs.subList(3, 5));
	}

	@Test
	void runningJobsCountForAQueueAlsoWhenMarked() {
		this.store.admin().limit(LimitTarget.queue(QUEUE), JobLimit.concurrency(2));
		enqueue(4, DRAFT);
		List<ClaimedJob> claimed = claim(this.node, ALL);
		eventually(() -> this.store.mark(this.node, claimed, Map.of()));
		assertNothingToClaim();
		settle(succeeded(claimed.get(0)));
		assertThat(awaitClaims(this.node, ALL, 1)).hasSize(1);
	}

	@Test
	void limitsOfADeadNodeAreFree() {
		List<JobId> jobs = enqueue(3, keyed("a", 1));
		this.store.admin().limit(LimitTarget.queue(QUEUE), JobLimit.concurrency(1));
		claimOnly(jobs.get(0));
		rescueAllBut();
		this.node = register();
		settle(succeeded(claimOnly(jobs.get(0))));
		claimOnly(jobs.get(1));
	}

	@Test
	void rateLetsABurstStartAndThenOneAtATime() {
		JobDraft draft = DRAFT.limits(JobLimits.ofKey("a", JobLimit.rate(new RateLimit(6, Duration.ofHours(1), 3))));
		enqueue(10, draft);
		assertRate();
	}

	@Test
	void handlersHaveRates() {
		enqueue(10, DRAFT.limits(JobLimits.ofHandler(JobLimit.rate(new RateLimit(6, Duration.ofHours(1), 3)))));
		assertRate();
	}

	@Test
	void queuesHaveRates() {
		this.store.admin().limit(LimitTarget.queue(QUEUE), JobLimit.rate(new RateLimit(6, Duration.ofHours(1), 3)));
		enqueue(10, DRAFT);
		assertRate();
	}

	private void assertRate() {
		Exchange.Result result = exchange(this.node, List.of(), ALL);
		assertThat(result.claimed()).hasSize(3);
		settle(result.claimed().stream().map(StoreContract::succeeded).toArray(Outcome[]::new));
		Exchange.Result none = this.store.exchange(new Exchange(this.node, List.of(), ALL));
		assertThat(none.claimed()).isEmpty();
		assertThat(none.limitedFor()).isBetween(Duration.ofMinutes(9), LATER.plusSeconds(1));
		this.fixture.advance(LATER.plusSeconds(1));
		assertThat(claim(this.node, ALL)).hasSize(1);
		assertThat(claim(this.node, ALL)).isEmpty();
		this.fixture.advance(LATER.multipliedBy(10));
		this.store.heartbeat(this.node);
		assertThat(claim(this.node, ALL)).hasSize(3);
		assertThat(claim(this.node, ALL)).isEmpty();
	}

	@Test
	void jobsThatWaitForAThreadDoNotAddToTheBurst() {
		JobDraft draft = DRAFT.limits(JobLimits.ofKey("a", JobLimit.rate(new RateLimit(6, Duration.ofHours(1), 3))));
		enqueue(10, draft);
		assertThat(claim(this.node, Claim.of(QUEUE, 1))).hasSize(1);
		this.fixture.advance(LATER.multipliedBy(10));
		this.store.heartbeat(this.node);
		assertThat(claim(this.node, ALL)).hasSizeBetween(2, 3);
		assertThat(claim(this.node, ALL)).hasSizeLessThanOrEqualTo(1);
		assertThat(claim(this.node, ALL)).isEmpty();
	}

	@Test
	void limitsChangeAtRunTime() {
		List<JobId> jobs = enqueue(5, keyed("a", 1));
		claimOnly(jobs.get(0));
		assertNothingToClaim();
		LimitTarget keys = LimitTarget.keysOf(QUEUE, DRAFT.job().handler());
		this.store.admin().limit(keys, JobLimit.concurrency(3));
		assertThat(ids(awaitClaims(this.node, ALL, 2))).containsExactlyElementsOf(jobs.subList(1, 3));
		assertThat(this.store.admin().limits()).containsOnly(Map.entry(keys, JobLimit.concurrency(3)));
		this.store.admin().limit(keys, JobLimit.NONE);
		assertThat(ids(awaitClaims(this.node, ALL, 2))).containsExactlyElementsOf(jobs.subList(3, 5));
		this.store.admin().limit(keys, null);
		assertThat(this.store.admin().limits()).isEmpty();
		enqueue(keyed("a", 1));
		assertNothingToClaim();
	}

	@Test
	void limitSetByHandGoesBeforeTheConfiguration() {
		JobLimit byHand = new JobLimit(2, new RateLimit(100, Duration.ofSeconds(1), 7));
		LimitTarget queue = LimitTarget.queue(QUEUE);
		this.store.configure(Map.of(QUEUE, JobLimit.concurrency(5)));
		assertThat(this.store.admin().limits()).containsOnly(Map.entry(queue, JobLimit.concurrency(5)));
		this.store.admin().limit(queue, byHand);
		this.store.configure(Map.of(QUEUE, JobLimit.concurrency(6)));
		assertThat(this.store.admin().limits()).containsOnly(Map.entry(queue, byHand));
		this.store.admin().limit(queue, null);
		this.store.configure(Map.of(QUEUE, JobLimit.concurrency(6)));
		assertThat(this.store.admin().limits()).containsOnly(Map.entry(queue, JobLimit.concurrency(6)));
		this.store.configure(Map.of(QUEUE, JobLimit.NONE));
		assertThat(this.store.admin().limits()).isEmpty();
	}

	@Test
	void manyJobsOfAFullKeyKeepNobodyWaiting() {
		claimOnly(enqueue(keyed("full", 1)));
		enqueue(3000, keyed("full", 1));
		List<JobId> others = IntStream.range(0, 20).mapToObj((i) -> enqueue(keyed("k" + i, 1))).toList();
		assertThat(ids(awaitClaims(this.node, ALL, 20))).containsExactlyInAnyOrderElementsOf(others);
	}

}
