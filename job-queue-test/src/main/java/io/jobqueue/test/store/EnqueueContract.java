package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.retry.Backoff;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a store accepts, and that it gives back the same.
 */
abstract class EnqueueContract extends StoreContract {

	@Test
	void enqueuedJobIsAvailableInItsQueueExactlyOnce() {
		JobId id = enqueue(DRAFT.queue("mail"));
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		assertNothingToClaim(Claim.of("billing", 10));
		assertThat(ids(claim(this.node, Claim.of("mail", 10)))).containsExactly(id);
		assertNothingToClaim(Claim.of("mail", 10));
	}

	@Test
	void idsAreReturnedInTheOrderOfTheJobs() {
		List<NewJob> jobs = IntStream.range(0, 1000)
			.mapToObj((i) -> DRAFT.queue((i % 2 == 0) ? "even" : "odd").arguments("[" + i + "]").job())
			.toList();
		List<JobId> ids = this.store.enqueue(jobs);
		assertThat(ids).hasSize(1000).doesNotHaveDuplicates();
		assertThat(find(ids.get(0)).arguments()).isEqualTo("[0]");
		assertThat(find(ids.get(1)).arguments()).isEqualTo("[1]");
		assertThat(find(ids.get(999)).arguments()).isEqualTo("[999]");
		List<ClaimedJob> odd = claim(this.node, Claim.of("odd", 1000));
		assertThat(odd).hasSize(500).allSatisfy((job) -> assertThat(job.queue()).isEqualTo("odd"));
		assertThat(ids(odd)).isSorted().isEqualTo(IntStream.range(0, 500).mapToObj((i) -> ids.get(2 * i + 1)).toList());
	}

	@Test
	void laterJobsHaveGreaterIds() {
		JobId first = enqueue(DRAFT);
		List<JobId> next = enqueue(3, DRAFT.priority(5));
		assertThat(next).isSorted().allMatch((id) -> id.compareTo(first) > 0);
		assertThat(enqueue(DRAFT.delay(Duration.ofHours(1)))).isGreaterThan(next.get(2));
	}

	@Test
	void enqueueOfNothingReturnsNothing() {
		assertThat(this.store.enqueue(List.of())).isEmpty();
	}

	@Test
	void batchWithABadJobLeavesNothing() {
		NewJob good = DRAFT.job();
		assertThatException().isThrownBy(() -> this.store.enqueue(Arrays.asList(good, null)));
		assertThat(this.store.admin().find(JobFilter.all(), null, 10)).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void claimedJobIsWhatWasEnqueued() {
		Backoff backoff = Backoff.exponential(Duration.ofSeconds(3), 1.5, Duration.ofHours(2));
		JobDraft draft = DRAFT.handler("order.confirm")
			.priority(-7)
			.arguments("[1, {\"b\":  2,\"a\":1.50}]")
			.headers(Map.of("tenant", "acme"))
			.attempts(17, Duration.ofMillis(1500), backoff.format());
		JobId id = enqueue(draft);
		ClaimedJob claimed = claimOne();
		assertThat(claimed.id()).isEqualTo(id);
		assertThat(claimed.handler()).isEqualTo("order.confirm");
		assertThat(claimed.queue()).isEqualTo(QUEUE);
		assertThat(claimed.priority()).isEqualTo(-7);
		assertThat(claimed.attempts()).isZero();
		assertThat(claimed.maxAttempts()).isEqualTo(17);
		assertThat(claimed.abandonments()).isZero();
		assertThat(claimed.isSuspect()).isFalse();
		assertThat(claimed.arguments()).isEqualTo("[1, {\"b\":  2,\"a\":1.50}]");
		assertThat(claimed.headers()).isEqualTo(Map.of("tenant", "acme"));
		assertThat(claimed.timeout()).isEqualTo(Duration.ofMillis(1500));
		assertThat(claimed.backoff()).isEqualTo(backoff.format());
	}

	@Test
	void optionsThatAreNotSetStayUnset() {
		enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		assertThat(claimed.timeout()).isNull();
		assertThat(claimed.backoff()).isNull();
		assertThat(claimed.headers()).isEmpty();
	}

	@Test
	void recordIsWhatWasEnqueued() {
		Instant before = justBeforeNow();
		JobId id = enqueue(DRAFT.handler("order.confirm")
			.queue("orders")
			.priority(99)
			.arguments("[\"x\"]")
			.headers(Map.of("a", "1", "b", "2")));
		JobRecord job = find(id);
		assertThat(job.id()).isEqualTo(id);
		assertThat(job.handler()).isEqualTo("order.confirm");
		assertThat(job.queue()).isEqualTo("orders");
		assertThat(job.priority()).isEqualTo(99);
		assertThat(job.attempt()).isZero();
		assertThat(job.maxAttempts()).isEqualTo(3);
		assertThat(job.abandonments()).isZero();
		assertThat(job.arguments()).isEqualTo("[\"x\"]");
		assertThat(job.headers()).isEqualTo(Map.of("a", "1", "b", "2"));
		assertThat(job.createdAt()).isBetween(before, justAfterNow());
		assertThat(job.runAt()).isEqualTo(job.createdAt());
		assertThat(job.startedAt()).isNull();
		assertThat(job.finishedAt()).isNull();
		assertThat(job.node()).isNull();
		assertThat(job.progress()).isNull();
		assertThat(job.result()).isNull();
		assertThat(job.failures()).isEmpty();
		assertThat(job.isRetry()).isFalse();
	}

	@Test
	void claimedJobHasTheTimesOfItsRecord() {
		JobRecord job = find(enqueue(DRAFT));
		ClaimedJob claimed = claimOne();
		assertThat(claimed.createdAt()).isEqualTo(job.createdAt());
		assertThat(claimed.runAt()).isEqualTo(job.runAt());
	}

	@Test
	void everyCharacterOfTheArgumentsSurvives() {
		String arguments = "[\"\\u0000 \\ud83d\\ude00 \\\\ \\\" \\n 'quoted' $1 ? :x {0} %s \u00e4\u00df\u20ac\u6f22\ud83d\ude00"
				+ " \u2028 \\ud800\"]";
		JobId id = enqueue(DRAFT.arguments(arguments));
		assertThat(find(id).arguments()).isEqualTo(arguments);
		assertThat(claimOne().arguments()).isEqualTo(arguments);
	}

	@Test
	void everyCharacterOfTheHeadersSurvives() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("empty", "");
		headers.put("with space and \"quotes\"", "'\"\\,{}=>\n\t\r");
		headers.put("\u00fcn\u00efc\u00f6de \ud83d\ude00", "\u6f22\u5b57 \ud83d\ude00");
		headers.put("nul", "a\u0000b");
		headers.put("null", "null");
		JobId id = enqueue(DRAFT.headers(headers));
		assertThat(find(id).headers()).isEqualTo(headers);
		assertThat(claimOne().headers()).isEqualTo(headers);
	}

	@Test
	void argumentsOfOneMebibyteSurvive() {
		String arguments = "[\"" + "\u00e4bcdefg".repeat(128 * 1024 - 1) + "\"]";
		JobId id = enqueue(DRAFT.arguments(arguments));
		assertThat(claimOne().arguments()).isEqualTo(arguments);
		assertThat(find(id).arguments()).isEqualTo(arguments);
	}

	@Test
	void jobWithADelayIsScheduled() {
		JobId id = enqueue(DRAFT.delay(Duration.ofHours(1)));
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(job.runAt()).isEqualTo(job.createdAt().plus(Duration.ofHours(1)));
		assertThat(job.isRetry()).isFalse();
		assertNothingToClaim();
	}

	@Test
	void jobWithAnInstantIsScheduled() {
		Instant runAt = this.fixture.now().plus(Duration.ofDays(400)).truncatedTo(ChronoUnit.MILLIS);
		JobId id = enqueue(DRAFT.runAt(runAt));
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertThat(find(id).runAt()).isEqualTo(runAt);
		assertNothingToClaim();
	}

	@Test
	void jobWithAZeroOrNegativeDelayIsDueNow() {
		List<JobId> ids = List.of(enqueue(DRAFT.delay(Duration.ZERO)), enqueue(DRAFT.delay(Duration.ofHours(-1))));
		assertThat(ids).allSatisfy(this::assertDueSinceItsEnqueue);
		assertThat(ids(claim(10))).isEqualTo(ids);
	}

	@Test
	void jobWithAPastInstantIsDueNow() {
		List<JobId> ids = List.of(enqueue(DRAFT.runAt(this.fixture.now().minus(Duration.ofDays(1)))),
				enqueue(DRAFT.runAt(Instant.EPOCH)));
		assertThat(ids).allSatisfy(this::assertDueSinceItsEnqueue);
		assertThat(ids(claim(10))).isEqualTo(ids);
	}

	@Test
	void dueAndFutureJobsOfOneBatchArePutWhereTheyBelong() {
		List<JobId> ids = this.store
			.enqueue(List.of(DRAFT.job(), DRAFT.delay(Duration.ofMinutes(1)).job(), DRAFT.job()));
		assertThat(ids(claim(10))).containsExactly(ids.get(0), ids.get(2));
		assertThat(state(ids.get(1))).isEqualTo(JobState.SCHEDULED);
	}

	private void assertDueSinceItsEnqueue(JobId id) {
		JobRecord job = find(id);
		assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
		assertThat(job.runAt()).isEqualTo(job.createdAt());
	}

	private Instant justBeforeNow() {
		// Stores may keep milliseconds only.
		return this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
	}

	private Instant justAfterNow() {
		return this.fixture.now();
	}

}
