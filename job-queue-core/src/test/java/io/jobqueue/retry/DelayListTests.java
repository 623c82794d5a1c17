package io.jobqueue.retry;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DelayList} and {@link RetryDelays}.
 */
class DelayListTests {

	private static final DelayList LIST = DelayList.of(Duration.ofSeconds(1), Duration.ofSeconds(10),
			Duration.ofMinutes(5));

	@Test
	void delaysComeInTheirOrderAndTheLastOneRepeats() {
		assertThat(IntStream.rangeClosed(1, 6).mapToObj((failed) -> LIST.delay(failed, new Exception())))
			.extracting(Duration::toSeconds)
			.containsExactly(1L, 10L, 300L, 300L, 300L, 300L);
	}

	@ParameterizedTest
	@CsvSource({ "0.0, 750", "0.5, 1000", "1.0, 1250" })
	void jitterMovesDelayWithinItsBounds(double random, long expected) {
		DelayList delays = new DelayList(List.of(Duration.ofSeconds(1)), 0.25);
		assertThat(delays.delay(3, () -> random).toMillis()).isEqualTo(expected);
	}

	@Test
	void everyTextReadsBackAsTheDelaysItWasMadeOf() {
		List<RetryDelays> all = List.of(LIST, new DelayList(List.of(Duration.ZERO, Backoff.LONGEST_DELAY), 1),
				Backoff.DEFAULT, Backoff.fixed(Duration.ofMillis(1500)));
		assertThat(all).allSatisfy((delays) -> assertThat(RetryDelays.parse(delays.format())).isEqualTo(delays));
		assertThat(LIST.format()).isEqualTo("list 0.0 1000 10000 300000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "list ", "list 0.0", "list x 1", "list 0.0 a", "lost 0.0 1" })
	void otherTextsAreRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> RetryDelays.parse(text));
	}

	@Test
	void absurdDelaysAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DelayList(List.of(), 0))
			.withMessage("There must be from 1 to 100 delays, not 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new DelayList(Collections.nCopies(101, Duration.ZERO), 0))
			.withMessageContaining("not 101");
		assertThatIllegalArgumentException().isThrownBy(() -> DelayList.of(Duration.ofMillis(-1)))
			.withMessage("A delay must not be negative, but one is PT-0.001S");
		assertThatIllegalArgumentException().isThrownBy(() -> DelayList.of(Duration.ZERO, Duration.ofDays(366)))
			.withMessageContaining("longer than 365 days");
		assertThatIllegalArgumentException().isThrownBy(() -> new DelayList(List.of(Duration.ZERO), 1.5))
			.withMessageContaining("'jitter'");
	}

	@Test
	void longestListFitsIntoWhatIsStored() {
		DelayList longest = new DelayList(Collections.nCopies(DelayList.MAX_SIZE, Backoff.LONGEST_DELAY), 0.1);
		assertThat(longest.format()).hasSizeLessThan(1300);
	}

	@Test
	void policyWithoutRetriesGivesUpAtOnce() {
		assertThat(RetryPolicy.none().delay(1, new Exception())).isNull();
	}

}
