package io.jobqueue.retry;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Backoff}.
 */
class BackoffTests {

	private static final Backoff PLAIN = new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0);

	@Test
	void delaysGrowByMultiplierUpToLongest() {
		assertThat(IntStream.rangeClosed(1, 6).mapToObj((failed) -> PLAIN.delay(failed, new Exception())))
			.extracting(Duration::toMillis)
			.containsExactly(1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L);
	}

	@Test
	void fixedDelaysAreEqual() {
		Backoff fixed = Backoff.fixed(Duration.ofMillis(1500));
		assertThat(IntStream.of(1, 2, 50).mapToObj((failed) -> fixed.delay(failed, new Exception())))
			.containsOnly(Duration.ofMillis(1500));
	}

	@Test
	void exponentialDelaysHaveDefaultJitter() {
		assertThat(Backoff.exponential(Duration.ofSeconds(2), 3, Duration.ofMinutes(1)))
			.isEqualTo(new Backoff(Duration.ofSeconds(2), 3, Duration.ofMinutes(1), 0.2));
	}

	@Test
	void defaultDoublesFromOneSecondToOneHour() {
		assertThat(IntStream.of(1, 2, 12, 13).mapToObj((failed) -> Backoff.DEFAULT.delay(failed, () -> 0.5)))
			.extracting(Duration::toSeconds)
			.containsExactly(1L, 2L, 2048L, 3600L);
	}

	@Test
	void zeroDelayStaysZero() {
		assertThat(Backoff.fixed(Duration.ZERO).delay(7, new Exception())).isEqualTo(Duration.ZERO);
	}

	@ParameterizedTest
	@CsvSource({ "0.0, 750", "0.25, 875", "0.5, 1000", "1.0, 1250" })
	void jitterMovesDelayWithinItsBounds(double random, long expected) {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), 2, Duration.ofHours(1), 0.25);
		assertThat(backoff.delay(1, () -> random).toMillis()).isEqualTo(expected);
	}

	@Test
	void jitterOfDefaultRandomStaysWithinBounds() {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 0.5);
		assertThat(IntStream.range(0, 1000).mapToObj((i) -> backoff.delay(1, new Exception()).toMillis()))
			.allMatch((millis) -> millis >= 500 && millis <= 1500)
			.hasSizeGreaterThan(1)
			.anyMatch((millis) -> millis != 1000);
	}

	@Test
	void manyFailuresDoNotOverflow() {
		Backoff backoff = new Backoff(Duration.ofDays(1), 1000, Backoff.LONGEST_DELAY, 0);
		assertThat(backoff.delay(Integer.MAX_VALUE, new Exception())).isEqualTo(Backoff.LONGEST_DELAY);
	}

	@Test
	void formattedBackoffIsParsedBack() {
		Backoff backoff = new Backoff(Duration.ofMillis(1234), 1.75, Duration.ofDays(3), 0.33);
		assertThat(Backoff.parse(backoff.format())).isEqualTo(backoff);
		assertThat(Backoff.parse(Backoff.DEFAULT.format())).isEqualTo(Backoff.DEFAULT);
	}

	@Test
	void formatIsWhatIsStoredAndMustNotChange() {
		assertThat(Backoff.DEFAULT.format()).isEqualTo("1000 2.0 3600000 0.2");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "1000", "1000 2.0 3600000", "1000 2.0 3600000 0.2 1", "a b c d", "1000 0.5 3600000 0.2" })
	void otherTextIsRejected(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.parse(text));
	}

	@ParameterizedTest
	@CsvSource({ "-1, 2, 10, 0, delay", "1, 0.99, 10, 0, multiplier", "1, NaN, 10, 0, multiplier",
			"1, Infinity, 10, 0, multiplier", "11, 2, 10, 0, maxDelay", "1, 2, 31536001000, 0, maxDelay",
			"1, 2, 10, -0.1, jitter", "1, 2, 10, 1.1, jitter", "1, 2, 10, NaN, jitter" })
	void invalidPartsAreRejectedByName(long delay, double multiplier, long maxDelay, double jitter, String part) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Backoff(Duration.ofMillis(delay), multiplier, Duration.ofMillis(maxDelay), jitter))
			.withMessageStartingWith("'" + part + "'");
	}

	@Test
	void zeroFailuresHaveNoDelay() {
		assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.delay(0, new Exception()));
	}

}
