package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each kind of outcome does to a job whose lease is there.
 */
abstract class SettleContract extends StoreContract {

	@Test
	void succeededJobIsKeptWithItsResultAndTimes() {
		JobId id = enqueue(DRAFT);
		Instant before = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
		settle(Outcome.succeeded(claimOne(), "{\"total\":  3}", Duration.ofSeconds(2)));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(job.attempt()).isEqualTo(1);
		assertThat(job.result()).isEqualTo("{\"total\":  3}");
		assertThat(job.failures()).isEmpty();
		assertThat(job.finishedAt()).isBetween(before, this.fixture.now());
		assertThat(job.startedAt()).isEqualTo(end(job).minusSeconds(2));
		assertNothingToClaim();
	}

	@Test
	void finishedJobKeepsWhatWasEnqueued() {
		Instant createdAt = find(enqueue(DRAFT.handler("order.confirm").priority(3).arguments("[ 1]"))).createdAt();
		ClaimedJob claimed = claimOne();
		settle(Outcome.succeeded(claimed, null, RAN));
		JobRecord job = find(claimed.id());
		assertThat(job.handler()).isEqualTo("order.confirm");
		assertThat(job.queue()).isEqualTo(QUEUE);
		assertThat(job.priority()).isEqualTo(3);
		assertThat(job.arguments()).isEqualTo("[ 1]");
		assertThat(job.createdAt()).isEqualTo(createdAt);
		assertThat(job.maxAttempts()).isEqualTo(3);
		assertThat(job.result()).isNull();
	}

	@Test
	void failedJobIsKeptWithItsFailure() {
		JobId id = enqueue(DRAFT);
		settle(Outcome.failed(claimOne(), FAILURE, Duration.ofSeconds(1)));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(1);
		assertThat(job.startedAt()).isEqualTo(end(job).minusSeconds(1));
		assertThat(job.failures()).hasSize(1);
		JobFailure failure = job.failures().get(0);
		assertThat(failure.attempt()).isEqualTo(1);
		assertThat(failure.type()).isEqualTo(FAILURE.type());
		assertThat(failure.message()).isEqualTo(FAILURE.message());
		assertThat(failure.stackTrace()).isEqualTo(FAILURE.stackTrace());
		assertThat(failure.at()).isEqualTo(end(job));
		assertNothingToClaim();
	}

	@Test
	void cancelledJobIsKeptWithItsReason() {
		JobId id = enqueue(DRAFT);
		settle(Outcome.cancelled(claimOne(), FAILURE, RAN));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.CANCELLED);
		assertThat(job.attempt()).isEqualTo(1);
		assertThat(job.failures()).extracting(JobFailure::message).containsExactly(FAILURE.message());
		assertThat(job.finishedAt()).isNotNull();
		assertNothingToClaim();
	}

	@Test
	void cancelledJobNeedsNoReason() {
		JobId id = enqueue(DRAFT);
		settle(cancelled(claimOne()));
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
		assertThat(find(id).failures()).isEmpty();
	}

	@Test
	void retriedJobIsScheduledAndCounted() {
		JobId id = enqueue(DRAFT);
		Instant before = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
		settle(retry(claimOne(), Duration.ofMinutes(5)));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(job.isRetry()).isTrue();
		assertThat(job.attempt()).isEqualTo(1);
		assertThat(job.runAt()).isBetween(before.plus(Duration.ofMinutes(5)),
				this.fixture.now().plus(Duration.ofMinutes(5)));
		assertThat(job.finishedAt()).isNull();
		assertThat(job.failures()).extracting(JobFailure::attempt).containsExactly(1);
		assertNothingToClaim();
	}

	@Test
	void retriedJobIsClaimedAgainWhenItsDelayIsOver() {
		JobId id = enqueue(DRAFT);
		settle(retry(claimOne(), Duration.ofMinutes(5)));
		this.fixture.advance(Duration.ofMinutes(5).plusSeconds(1));
		ClaimedJob again = awaitClaim(this.node);
		assertThat(again.id()).isEqualTo(id);
		assertThat(again.attempts()).isEqualTo(1);
	}

	@Test
	void jobRunsOnceMoreThanItIsRetried() {
		JobId id = enqueue(DRAFT.attempts(4, null, null));
		for (int attempts = 0; attempts < 3; attempts++) {
			ClaimedJob claimed = awaitClaim(this.node);
			assertThat(claimed.id()).isEqualTo(id);
			assertThat(claimed.attempts()).isEqualTo(attempts);
			settle(retry(claimed, Duration.ZERO));
		}
		settle(failed(awaitClaim(this.node)));
		assertThat(state(id)).isEqualTo(JobState.FAILED);
		assertThat(find(id).attempt()).isEqualTo(4);
		assertThat(find(id).failures()).extracting(JobFailure::attempt).containsExactly(1, 2, 3, 4);
	}

	@Test
	void onlyTheLastTenFailuresAreKept() {
		JobId id = enqueue(DRAFT.attempts(20, null, null));
		for (int i = 1; i <= 12; i++) {
			settle(Outcome.retry(awaitClaim(this.node), Duration.ZERO, new Outcome.Failure("Type" + i, null, ""), RAN));
		}
		assertThat(find(id).failures()).extracting(JobFailure::type)
			.isEqualTo(IntStream.rangeClosed(3, 12).mapToObj((i) -> "Type" + i).toList());
		settle(failed(awaitClaim(this.node)));
		assertThat(find(id).failures()).hasSize(10);
		assertThat(find(id).failures()).extracting(JobFailure::attempt)
			.isEqualTo(IntStream.rangeClosed(4, 13).boxed().toList());
	}

	@Test
	void failuresOfEarlierAttemptsAreKeptAfterASuccess() {
		JobId id = enqueue(DRAFT);
		settle(retry(claimOne(), Duration.ZERO));
		settle(succeeded(awaitClaim(this.node)));
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(find(id).attempt()).isEqualTo(2);
		assertThat(find(id).failures()).hasSize(1);
	}

	@Test
	void snoozedJobIsScheduledAndNotCounted() {
		JobId id = enqueue(DRAFT);
		settle(Outcome.snoozed(claimOne(), Duration.ofMinutes(5), RAN));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(job.isRetry()).isFalse();
		assertThat(job.attempt()).isZero();
		assertNothingToClaim();
		this.fixture.advance(Duration.ofMinutes(5).plusSeconds(1));
		assertThat(awaitClaim(this.node).attempts()).isZero();
	}

	@Test
	void releasedJobIsAvailableAndNotCounted() {
		JobId id = enqueue(DRAFT);
		Instant runAt = find(id).runAt();
		settle(Outcome.released(claimOne()));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
		assertThat(job.attempt()).isZero();
		assertThat(job.abandonments()).isZero();
		assertThat(job.runAt()).isEqualTo(runAt);
		assertThat(awaitClaim(this.node).isSuspect()).isFalse();
	}

	@Test
	void retriedAndSnoozedAndReleasedJobsWithoutDelayAreClaimableAtOnceByAnyNode() {
		List<JobId> ids = enqueue(4, DRAFT);
		List<ClaimedJob> claimed = claim(4);
		settle(Outcome.released(claimed.get(3)), retry(claimed.get(2), Duration.ZERO),
				Outcome.snoozed(claimed.get(1), Duration.ZERO, RAN), retry(claimed.get(0), Duration.ofSeconds(-1)));
		assertThat(ids).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 4), 4))).isEqualTo(ids);
	}

	@Test
	void jobsThatComeBackKeepTheirPlaceInTheOrderOfArrival() {
		List<JobId> ids = enqueue(6, DRAFT);
		List<ClaimedJob> claimed = claim(6);
		settle(Outcome.released(claimed.get(4)));
		settle(retry(claimed.get(2), Duration.ZERO));
		settle(Outcome.released(claimed.get(0)));
		JobId urgent = enqueue(DRAFT.priority(1));
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 4))).containsExactly(urgent, ids.get(0), ids.get(2),
				ids.get(4));
	}

	@Test
	void exchangeSettlesAndClaimsInOneStep() {
		List<JobId> ids = enqueue(6, DRAFT);
		List<ClaimedJob> first = claim(3);
		Exchange.Result result = this.store.exchange(new Exchange(this.node, succeeded(first), Claim.of(QUEUE, 3)));
		assertThat(ids(result.claimed())).isEqualTo(ids.subList(3, 6));
		assertThat(result.refused()).isEmpty();
		assertThat(result.isNodeAlive()).isTrue();
		assertThat(ids.subList(0, 3)).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.SUCCEEDED));
		assertThat(ids.subList(3, 6)).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.RUNNING));
	}

	@Test
	void oneExchangeSettlesAllKindsOfOutcomes() {
		List<JobId> ids = enqueue(6, DRAFT);
		List<ClaimedJob> jobs = claim(6);
		settle(succeeded(jobs.get(0)), retry(jobs.get(1), Duration.ofHours(1)), failed(jobs.get(2)),
				cancelled(jobs.get(3)), Outcome.snoozed(jobs.get(4), Duration.ofHours(1), RAN),
				Outcome.released(jobs.get(5)));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.SUCCEEDED, JobState.SCHEDULED,
				JobState.FAILED, JobState.CANCELLED, JobState.SCHEDULED, JobState.AVAILABLE);
	}

	@Test
	void textsThatNoDatabaseLikesDoNotStopASettlement() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		Outcome.Failure failure = new Outcome.Failure("com.example.Odd\u0000", "nul \u0000, lone \ud800 surrogate",
				"at \u0000\udc00 \ud83d\ude00");
		settle(Outcome.failed(jobs.get(0), failure, RAN), Outcome.retry(jobs.get(1), Duration.ofHours(1), failure, RAN),
				Outcome.succeeded(jobs.get(2), "\"\\u0000 \\ud800 \ud83d\ude00\"", RAN));
		assertThat(ids.stream().map(this::state)).containsExactly(JobState.FAILED, JobState.SCHEDULED,
				JobState.SUCCEEDED);
		assertThat(find(ids.get(0)).failures().get(0).message()).startsWith("nul ").endsWith(" surrogate");
		assertThat(find(ids.get(0)).failures().get(0).stackTrace()).endsWith(" \ud83d\ude00");
		assertThat(find(ids.get(1)).failures().get(0).message()).startsWith("nul ").endsWith(" surrogate");
		assertThat(find(ids.get(2)).result()).isEqualTo("\"\\u0000 \\ud800 \ud83d\ude00\"");
	}

	@Test
	void largeResultsAndFailuresAreKept() {
		String result = "\"" + "\u00e4".repeat(32 * 1024 - 1) + "\"";
		String stackTrace = "\tat com.example.Deep.down(Deep.java:1)\n".repeat(100);
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		settle(Outcome.succeeded(jobs.get(0), result, RAN),
				Outcome.failed(jobs.get(1), new Outcome.Failure("Deep", null, stackTrace), RAN));
		assertThat(find(ids.get(0)).result()).isEqualTo(result);
		assertThat(find(ids.get(1)).failures().get(0).stackTrace()).isEqualTo(stackTrace);
		assertThat(find(ids.get(1)).failures().get(0).message()).isNull();
	}

	@Test
	void aThousandOutcomesAreSettledAtOnce() {
		enqueue(1000, DRAFT);
		List<ClaimedJob> jobs = awaitClaims(this.node, Claim.of(QUEUE, 1000), 1000);
		settle(succeeded(jobs).toArray(Outcome[]::new));
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, 1000L)
			.containsEntry(JobState.RUNNING, 0L);
	}

	private static Instant end(JobRecord job) {
		Instant end = job.finishedAt();
		assertThat(end).isNotNull();
		return end;
	}

}
