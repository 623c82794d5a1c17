package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.EnqueueResult.Kind;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of a job whose key is held by another one.
 */
abstract class DuplicateContract extends UniqueStoreContract {

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

}
