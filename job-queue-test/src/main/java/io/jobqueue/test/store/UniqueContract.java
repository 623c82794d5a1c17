package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.EnqueueResult.Kind;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;
import io.jobqueue.store.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Unique jobs: at most one job at a time holds a key, and what becomes of another enqueue
 * with it.
 */
abstract class UniqueContract extends StoreContract {

	private static final int PRODUCERS = 16;

	private static final Duration HOUR = Duration.ofHours(1);

	private static final JobDraft WAITING = unique(DRAFT, UniqueScope.WHILE_WAITING, OnDuplicate.SKIP);

	private static final JobDraft UNFINISHED = unique(DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);

	private static final JobDraft HOURLY = unique(DRAFT, UniqueScope.FOR_DURATION, OnDuplicate.SKIP);

	private static JobDraft unique(JobDraft draft, UniqueScope scope, OnDuplicate onDuplicate) {
		return unique("=key", draft, scope, onDuplicate);
	}

	private static JobDraft unique(String key, JobDraft draft, UniqueScope scope, OnDuplicate onDuplicate) {
		return draft.unique(new UniqueKey(key, scope, durationOf(scope), onDuplicate));
	}

	private static @Nullable Duration durationOf(UniqueScope scope) {
		return (scope == UniqueScope.FOR_DURATION) ? HOUR : null;
	}

	private EnqueueResult submit(JobDraft draft) {
		return this.store.enqueueUnique(List.of(draft.job())).get(0);
	}

	private void assertFree(JobDraft draft) {
		assertThat(submit(draft).kind()).isEqualTo(Kind.ENQUEUED);
	}

	private void assertHeldBy(JobId holder, JobDraft draft) {
		assertThat(submit(draft)).isEqualTo(new EnqueueResult(holder, Kind.SKIPPED));
	}

	private long jobs() {
		return this.store.admin().countByState().values().stream().mapToLong(Long::longValue).sum();
	}

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

	@Test
	void replacementChangesTheWaitingJob() {
		JobDraft first = DRAFT.arguments("[1]").priority(3).delay(HOUR);
		JobId id = enqueue(unique(first, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		JobDraft second = DRAFT.arguments("[2,\"\u00e4\"]").priority(-3).headers(Map.of("a", "b"));
		assertThat(
				submit(unique(second.attempts(7, RAN, "fixed(PT1S)"), UniqueScope.UNTIL_FINISHED, OnDuplicate.REPLACE)))
			.isEqualTo(new EnqueueResult(id, Kind.REPLACED));
		assertThat(jobs()).isEqualTo(1);
		ClaimedJob job = awaitClaim(this.node);
		assertThat(job.id()).isEqualTo(id);
		assertThat(job.arguments()).isEqualTo("[2,\"\u00e4\"]");
		assertThat(job.headers()).containsExactly(Map.entry("a", "b"));
		assertThat(job.priority()).isEqualTo(-3);
		assertThat(job.maxAttempts()).isEqualTo(7);
		assertThat(job.timeout()).isEqualTo(RAN);
		assertThat(job.backoff()).isEqualTo("fixed(PT1S)");
	}

	@Test
	void replacementOfAnAvailableJobMayBeDueLater() {
		JobId id = enqueue(WAITING);
		JobDraft later = unique(DRAFT.arguments("[2]").delay(HOUR), UniqueScope.WHILE_WAITING, OnDuplicate.REPLACE);
		assertThat(submit(later)).isEqualTo(new EnqueueResult(id, Kind.REPLACED));
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertNothingToClaim();
		this.fixture.advance(HOUR);
		assertThat(awaitClaim(this.node).arguments()).isEqualTo("[2]");
	}

	@Test
	void replacementBeginsItsAttemptsAnew() {
		JobId id = enqueue(WAITING);
		settle(retry(claimOne(), HOUR));
		assertThat(find(id).attempt()).isEqualTo(1);
		submit(unique(DRAFT, UniqueScope.WHILE_WAITING, OnDuplicate.REPLACE));
		JobRecord job = find(id);
		assertThat(job.attempt()).isZero();
		assertThat(job.failures()).hasSize(1);
		assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void replacementMayHaveOtherLimits() {
		JobLimits alone = JobLimits.ofKey("a", JobLimit.concurrency(1));
		enqueue(DRAFT.limits(alone));
		ClaimedJob first = claimOne();
		JobId id = enqueue(unique(DRAFT.limits(alone), UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP));
		assertNothingToClaim();
		submit(unique(DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.REPLACE));
		ClaimedJob second = awaitClaim(this.node);
		assertThat(second.id()).isEqualTo(id);
		settle(retry(second, Duration.ZERO));
		submit(unique(DRAFT.limits(alone), UniqueScope.UNTIL_FINISHED, OnDuplicate.REPLACE));
		assertNothingToClaim();
		settle(succeeded(first));
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
	}

	@Test
	void runningJobIsNeitherReplacedNorPostponed() {
		JobId id = enqueue(UNFINISHED);
		ClaimedJob running = claimOne();
		for (OnDuplicate wanted : List.of(OnDuplicate.REPLACE, OnDuplicate.POSTPONE)) {
			assertHeldBy(id, unique(DRAFT.arguments("[2]").delay(HOUR), UniqueScope.UNTIL_FINISHED, wanted));
		}
		assertThat(find(id).arguments()).isEqualTo("[]");
		settle(succeeded(running));
	}

	@Test
	void succeededJobThatHoldsItsKeyIsNeitherReplacedNorPostponed() {
		JobId id = enqueue(HOURLY);
		settle(succeeded(claimOne()));
		for (OnDuplicate wanted : List.of(OnDuplicate.REPLACE, OnDuplicate.POSTPONE)) {
			assertHeldBy(id, unique(DRAFT, UniqueScope.FOR_DURATION, wanted));
		}
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void postponementMovesTheDueTimeAndNothingElse() {
		JobDraft first = DRAFT.arguments("[1]").delay(HOUR);
		JobId id = enqueue(unique(first, UniqueScope.WHILE_WAITING, OnDuplicate.POSTPONE));
		this.fixture.advance(Duration.ofMinutes(40));
		JobDraft second = unique(DRAFT.arguments("[2]").delay(HOUR), UniqueScope.WHILE_WAITING, OnDuplicate.POSTPONE);
		assertThat(submit(second)).isEqualTo(new EnqueueResult(id, Kind.POSTPONED));
		this.fixture.advance(Duration.ofMinutes(40));
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertNothingToClaim();
		this.fixture.advance(Duration.ofMinutes(20));
		assertThat(awaitClaim(this.node).arguments()).isEqualTo("[1]");
		assertThat(jobs()).isEqualTo(1);
	}

	@Test
	void postponementNeverMakesAJobDueEarlier() {
		JobId id = enqueue(unique(DRAFT.delay(HOUR), UniqueScope.WHILE_WAITING, OnDuplicate.SKIP));
		assertThat(submit(unique(DRAFT, UniqueScope.WHILE_WAITING, OnDuplicate.POSTPONE)))
			.isEqualTo(new EnqueueResult(id, Kind.POSTPONED));
		assertNothingToClaim();
		this.fixture.advance(HOUR);
		assertThat(awaitClaim(this.node).id()).isEqualTo(id);
	}

	@Test
	void postponementOfAnAvailableJobMakesItWait() {
		JobId id = enqueue(WAITING);
		submit(unique(DRAFT.delay(HOUR), UniqueScope.WHILE_WAITING, OnDuplicate.POSTPONE));
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertNothingToClaim();
	}

	@Test
	void duplicateThatIsToFailLeavesNothingOfItsBulk() {
		JobId id = enqueue(UNFINISHED);
		JobDraft failing = unique(DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL);
		List<NewJob> bulk = List.of(DRAFT.job(),
				unique("=a", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).job(), failing.job());
		assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> this.store.enqueueUnique(bulk))
			.withMessageContaining("handler: test.run, queue: default")
			.withMessageNotContaining("key:")
			.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(id));
		assertThat(jobs()).isEqualTo(1);
		assertThatExceptionOfType(DuplicateJobException.class)
			.isThrownBy(() -> this.store.enqueue(List.of(failing.job())));
		settle(succeeded(claimOne()));
		assertFree(failing);
		assertFree(unique("=a", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL));
	}

	@Test
	void duplicatesOfOneBulkMeetEachOther() {
		JobDraft failing = unique("=a", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.FAIL);
		assertThatExceptionOfType(DuplicateJobException.class)
			.isThrownBy(() -> this.store.enqueueUnique(List.of(failing.job(), failing.job())));
		assertThat(jobs()).isZero();
		JobDraft replacing = unique(DRAFT.arguments("[2]"), UniqueScope.WHILE_WAITING, OnDuplicate.REPLACE);
		List<EnqueueResult> results = this.store.enqueueUnique(List.of(DRAFT.job(),
				unique("=z", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).job(), WAITING.job(), DRAFT.job(),
				replacing.job(), unique("=z", DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP).job()));
		assertThat(results).extracting(EnqueueResult::kind)
			.containsExactly(Kind.ENQUEUED, Kind.ENQUEUED, Kind.ENQUEUED, Kind.ENQUEUED, Kind.REPLACED, Kind.SKIPPED);
		List<JobId> ids = results.stream().map(EnqueueResult::id).toList();
		assertThat(ids.get(4)).isEqualTo(ids.get(2));
		assertThat(ids.get(5)).isEqualTo(ids.get(1));
		assertThat(ids.subList(0, 4)).isSorted();
		assertThat(ids(claim(10))).isEqualTo(ids.subList(0, 4));
		assertThat(find(ids.get(2)).arguments()).isEqualTo("[2]");
	}

	@Test
	void bulkOverQueuesHasItsResultsInOrder() {
		List<EnqueueResult> results = this.store.enqueueUnique(List.of(WAITING.job(), DRAFT.queue("other").job(),
				unique(DRAFT.queue("other"), UniqueScope.WHILE_WAITING, OnDuplicate.SKIP).job(), WAITING.job()));
		assertThat(results).extracting(EnqueueResult::kind)
			.containsExactly(Kind.ENQUEUED, Kind.ENQUEUED, Kind.ENQUEUED, Kind.SKIPPED);
		assertThat(results.get(3).id()).isEqualTo(results.get(0).id());
		assertThat(find(results.get(2).id()).queue()).isEqualTo("other");
	}

	@Test
	void sixteenProducersMakeOneJob() throws Exception {
		for (UniqueScope scope : UniqueScope.values()) {
			JobDraft draft = unique("=" + scope, DRAFT, scope, OnDuplicate.SKIP);
			List<EnqueueResult> results = together((index) -> List.of(submit(draft)));
			assertThat(results).filteredOn(EnqueueResult::isEnqueued).hasSize(1);
			assertThat(results).extracting(EnqueueResult::id).containsOnly(results.get(0).id());
		}
		assertThat(jobs()).isEqualTo(3);
	}

	@Test
	void sixteenProducersOfBulksMakeOneJobForEachKey() throws Exception {
		List<EnqueueResult> results = together((index) -> {
			List<NewJob> bulk = new ArrayList<>(IntStream.range(0, 20)
				.mapToObj((key) -> unique("=" + key, DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.REPLACE).job())
				.toList());
			Collections.rotate(bulk, index);
			return this.store.enqueueUnique(bulk);
		});
		assertThat(results).filteredOn(EnqueueResult::isEnqueued).hasSize(20);
		assertThat(results).filteredOn((result) -> result.kind() == Kind.REPLACED).hasSize(20 * (PRODUCERS - 1));
		assertThat(jobs()).isEqualTo(20);
	}

	@Test
	void keysStayUniqueWhileJobsAreClaimedAndSettled() throws Exception {
		List<EnqueueResult> results = together((index) -> {
			List<EnqueueResult> mine = new ArrayList<>();
			long worker = register();
			for (int i = 0; i < 5; i++) {
				mine.add(submit(WAITING));
				List<ClaimedJob> claimed = claim(worker, Claim.of(QUEUE, 10));
				assertThat(claimed).hasSizeLessThanOrEqualTo(1);
				assertThat(exchange(worker, succeeded(claimed), Claim.NONE).refused()).isEmpty();
			}
			return mine;
		});
		long enqueued = results.stream().filter(EnqueueResult::isEnqueued).count();
		assertThat(jobs()).isEqualTo(enqueued);
		assertThat(this.store.admin().find(JobFilter.in(JobState.AVAILABLE), null, 10)).hasSizeLessThanOrEqualTo(1);
	}

	private List<EnqueueResult> together(Producer producer) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(PRODUCERS);
		CyclicBarrier start = new CyclicBarrier(PRODUCERS);
		try {
			List<Future<List<EnqueueResult>>> running = new ArrayList<>();
			for (int i = 0; i < PRODUCERS; i++) {
				int index = i;
				running.add(executor.submit(() -> {
					start.await(30, TimeUnit.SECONDS);
					return producer.produce(index);
				}));
			}
			List<EnqueueResult> results = new ArrayList<>();
			for (Future<List<EnqueueResult>> future : running) {
				results.addAll(future.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * What one of the threads enqueues.
	 */
	@FunctionalInterface
	private interface Producer {

		List<EnqueueResult> produce(int index) throws Exception;

	}

}
