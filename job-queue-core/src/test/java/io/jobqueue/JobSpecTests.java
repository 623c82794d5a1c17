package io.jobqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.jobqueue.retry.Backoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link JobSpec}.
 */
class JobSpecTests {

	@Test
	void requestWithoutOptionsLeavesEverythingOpen() {
		JobRequest request = spec().request();
		assertThat(request).isEqualTo(new JobRequest(JobTarget.named("a"), List.of(1, "x"), null, null, null, null,
				null, null, null, Map.of(), null, null, null, null));
	}

	@Test
	void everyOptionEndsUpInRequest() {
		Backoff backoff = Backoff.fixed(Duration.ofSeconds(3));
		JobRequest request = spec().queue("q")
			.priority(-100)
			.in(Duration.ofMinutes(5))
			.maxAttempts(1000)
			.timeout(Duration.ofMillis(1))
			.backoff(backoff)
			.header("k", "v")
			.header("l", "")
			.durable()
			.request();
		assertThat(request)
			.isEqualTo(new JobRequest(JobTarget.named("a"), List.of(1, "x"), "q", -100, Duration.ofMinutes(5), null,
					1000, Duration.ofMillis(1), backoff, Map.of("k", "v", "l", ""), null, null, null, true));
		Instant instant = Instant.parse("2030-01-01T00:00:00Z");
		assertThat(spec().at(instant).request().runAt()).isEqualTo(instant);
		assertThat(spec().durable().ephemeral().request().durable()).isFalse();
	}

	@Test
	void uniqueEndsUpInRequestAndItsKeyIsNotShown() {
		Unique unique = Unique.byKey("secret").forDuration(Duration.ofHours(1)).orPostpone();
		assertThat(spec().unique(unique).request().unique()).isEqualTo(unique);
		assertThat(unique).hasToString("Unique by key (FOR_DURATION of PT1H, POSTPONE)");
		assertThat(Unique.byArguments().whileWaiting().orReplace())
			.isEqualTo(new Unique(null, UniqueScope.WHILE_WAITING, null, OnDuplicate.REPLACE))
			.hasToString("Unique by arguments (WHILE_WAITING, REPLACE)");
		assertThat(unique.untilFinished().orFail().orSkip()).isEqualTo(Unique.byKey("secret"));
	}

	@Test
	void illegalUniqueIsRejectedWhenItIsMade() {
		for (Duration duration : List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(366))) {
			assertThatIllegalArgumentException().isThrownBy(() -> Unique.byArguments().forDuration(duration))
				.withMessageContaining("at least one millisecond and at most 365 days");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Unique(null, UniqueScope.FOR_DURATION, null, OnDuplicate.SKIP));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Unique(null, UniqueScope.WHILE_WAITING, Duration.ofHours(1), OnDuplicate.SKIP));
	}

	@Test
	void resultTellsWhatHappened() {
		EnqueueResult skipped = new EnqueueResult(JobId.of(7), EnqueueResult.Kind.SKIPPED);
		JobSpec spec = new JobSpec(JobTarget.named("a"), new Object[0], (request) -> skipped);
		assertThat(spec.enqueueResult()).isEqualTo(skipped);
		assertThat(spec.enqueue()).isEqualTo(JobId.of(7));
		assertThat(skipped.isEnqueued()).isFalse();
	}

	@Test
	void deadlineIsADurationOrAnInstant() {
		Instant instant = Instant.parse("2030-01-01T00:00:00Z");
		assertThat(spec().deadline(Duration.ofMinutes(5)).request().deadline())
			.isEqualTo(JobDeadline.after(Duration.ofMinutes(5)));
		assertThat(spec().deadline(Duration.ofMinutes(5)).deadline(instant).request().deadline())
			.isEqualTo(JobDeadline.at(instant));
		assertThatIllegalArgumentException().isThrownBy(() -> spec().deadline(Duration.ZERO))
			.withMessageContaining("'deadline' must be at least one millisecond");
		assertThatIllegalArgumentException().isThrownBy(() -> spec().deadline(Duration.ofDays(40_000)))
			.withMessageContaining("at most 36525 days");
		assertThatIllegalArgumentException().isThrownBy(() -> spec().deadline(Instant.MAX))
			.withMessageContaining("not be later than 9999-12-31T23:59:59Z");
	}

	@Test
	void requestDoesNotShowArgumentsOrHeaders() {
		assertThat(new JobSpec(JobTarget.named("a"), new Object[] { "secret" },
				(request) -> EnqueueResult.enqueued(JobId.of(1)))
			.header("token", "secret")
			.request()
			.toString()).contains("a").doesNotContain("secret");
	}

	@Test
	void requestIsNotChangedByLaterOptions() {
		Object[] arguments = { "x" };
		JobSpec spec = new JobSpec(JobTarget.named("a"), arguments, (request) -> EnqueueResult.enqueued(JobId.of(1)))
			.header("k", "v");
		JobRequest request = spec.request();
		spec.header("l", "w");
		arguments[0] = "y";
		assertThat(request.headers()).containsOnlyKeys("k");
		assertThat(request.arguments()).isEqualTo(List.of("x"));
	}

	@Test
	void enqueueReturnsIdOfStore() {
		assertThat(spec().enqueue()).isEqualTo(JobId.of(7));
	}

	@ParameterizedTest
	@MethodSource
	void illegalOptionIsRejectedWhenItIsSet(ThrowingCallable option, String message) {
		assertThatIllegalArgumentException().isThrownBy(option).withMessageContaining(message);
	}

	static Stream<Arguments> illegalOptionIsRejectedWhenItIsSet() {
		return Stream.of(illegal(() -> spec().queue("a b"), "queue name: 'a b'"),
				illegal(() -> spec().queue(""), "queue name"), illegal(() -> spec().queue("a".repeat(129)), "1 to 128"),
				illegal(() -> spec().priority(101), "from -100 to 100, not 101"),
				illegal(() -> spec().priority(-101), "from -100 to 100, not -101"),
				illegal(() -> spec().maxAttempts(0), "from 1 to 1000, not 0"),
				illegal(() -> spec().maxAttempts(1001), "from 1 to 1000, not 1001"),
				illegal(() -> spec().timeout(Duration.ZERO), "at least one millisecond"),
				illegal(() -> spec().timeout(Duration.ofNanos(999_999)), "at least one millisecond"),
				illegal(() -> spec().timeout(Duration.ofSeconds(-1)), "at least one millisecond"),
				illegal(() -> spec().header("", "v"), "1 to 255 characters"),
				illegal(() -> spec().header("a".repeat(256), "v"), "1 to 255 characters"),
				illegal(() -> spec().header("k", nothing()), "'k' must have a value"));
	}

	@Test
	void delayAndInstantExcludeEachOther() {
		assertThatIllegalStateException().isThrownBy(() -> spec().in(Duration.ZERO).at(Instant.EPOCH))
			.withMessageContaining("not both");
		assertThatIllegalStateException().isThrownBy(() -> spec().at(Instant.EPOCH).in(Duration.ZERO))
			.withMessageContaining("not both");
	}

	private static Arguments illegal(ThrowingCallable option, String message) {
		return Arguments.of(option, message);
	}

	@SuppressWarnings("NullAway")
	private static String nothing() {
		return null;
	}

	private static JobSpec spec() {
		return new JobSpec(JobTarget.named("a"), new Object[] { 1, "x" },
				(request) -> EnqueueResult.enqueued(JobId.of(7)));
	}

}
