package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StoreWatchTests {

	@ParameterizedTest
	@ValueSource(longs = { 300, 1000, 3000, 15_000, 600_000 })
	void pauseIsSoShortThatANodeIsBackBeforeItIsTakenForDead(long deadAfter) {
		StoreWatch watch = new StoreWatch(Clock.systemUTC(), Duration.ofMillis(deadAfter));
		assertThat(IntStream.rangeClosed(1, 100).mapToObj(watch::pause))
			.allSatisfy((pause) -> assertThat(pause).isPositive()
				.isLessThanOrEqualTo(Duration.ofMillis(deadAfter).dividedBy(3)));
	}

	@Test
	void pausesGrowToFiveSeconds() {
		StoreWatch watch = new StoreWatch(Clock.systemUTC(), Duration.ofSeconds(15));
		assertThat(watch.pause(1)).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
		assertThat(watch.pause(4)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
		assertThat(watch.pause(50)).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
	}

}
