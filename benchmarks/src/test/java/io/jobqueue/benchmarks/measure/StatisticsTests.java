package io.jobqueue.benchmarks.measure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.server.Counters;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Statistics}.
 */
class StatisticsTests {

	@Test
	void medianOfAnOddNumberIsTheOneInTheMiddle() {
		assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
	}

	@Test
	void medianOfAnEvenNumberIsTheMeanOfBothInTheMiddle() {
		assertThat(Statistics.median(List.of(9.0, 1.0, 5.0, 6.0))).isEqualTo(5.5);
	}

	@Test
	void medianOfNothingIsUnknown() {
		assertThat(Statistics.median(List.of())).isNull();
	}

	@Test
	void samplesWithoutTheFigureAreLeftOut() {
		List<Sample> samples = List.of(sample(7L), sample(null), sample(9L));
		assertThat(Statistics.median(samples, (sample) -> {
			Long commits = sample.server().commits();
			return (commits != null) ? commits.doubleValue() : null;
		})).isEqualTo(8);
	}

	@Test
	void roundingKeepsSignificantDigits() {
		assertThat(Statistics.round(123456.0, 3)).isEqualTo(123000);
		assertThat(Statistics.round(0.00123456, 3)).isEqualTo(0.00123);
		assertThat(Statistics.round(0.0, 3)).isZero();
		assertThat(Statistics.round(null, 3)).isNull();
	}

	@Test
	void paceIsJobsPerSecond() {
		assertThat(sample(1L).perSecond()).isEqualTo(50);
	}

	private static Sample sample(Long commits) {
		return new Sample(100, Duration.ofSeconds(2), new Counters(null, commits, null, null), null, null, Map.of());
	}

}
