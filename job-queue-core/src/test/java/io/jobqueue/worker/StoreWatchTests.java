package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StoreWatchTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(5);

	private static final Duration DEAD_AFTER = Duration.ofSeconds(15);

	private Instant now = Instant.EPOCH;

	private final StoreWatch watch = watch(DEAD_AFTER);

	private StoreWatch watch(Duration deadAfter) {
		return new StoreWatch(new TestClock(), HEARTBEAT, deadAfter);
	}

	@ParameterizedTest
	@ValueSource(longs = { 300, 1000, 3000, 15_000, 600_000 })
	void pauseIsSoShortThatANodeIsBackBeforeItIsTakenForDead(long deadAfter) {
		StoreWatch watch = watch(Duration.ofMillis(deadAfter));
		assertThat(IntStream.rangeClosed(1, 100).mapToObj(watch::pause))
			.allSatisfy((pause) -> assertThat(pause).isPositive()
				.isLessThanOrEqualTo(Duration.ofMillis(deadAfter).dividedBy(3)));
	}

	@Test
	void pausesGrowToFiveSeconds() {
		assertThat(this.watch.pause(1)).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
		assertThat(this.watch.pause(4)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
		assertThat(this.watch.pause(50)).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
	}

	@Test
	void silenceIsNotHeldAgainstOthersDuringAnOutageAndUntilTheyCanBeBack() {
		assertThat(this.watch.isSteady()).isTrue();
		fail(HEARTBEAT);
		assertThat(this.watch.isSteady()).isFalse();
		pass(DEAD_AFTER);
		assertThat(this.watch.isSteady()).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.watch.isSteady()).isTrue();
	}

	@Test
	void outageThatIsTooShortToKeepAnybodySilentIsNoExcuse() {
		fail(HEARTBEAT.minusNanos(1));
		assertThat(this.watch.isSteady()).isTrue();
	}

	@Test
	void shortOutageDoesNotHideTheLongOneBeforeIt() {
		fail(HEARTBEAT);
		pass(Duration.ofMillis(2));
		fail(Duration.ofMillis(200));
		assertThat(this.watch.isSteady()).isFalse();
		pass(DEAD_AFTER);
		assertThat(this.watch.isSteady()).isTrue();
	}

	private void fail(Duration length) {
		this.watch.failed(this, new IllegalStateException());
		assertThat(this.watch.isSteady()).isFalse();
		pass(length);
		this.watch.answered(this);
	}

	private void pass(Duration duration) {
		this.now = this.now.plus(duration);
	}

	/**
	 * Shows the time of the test.
	 */
	private final class TestClock extends Clock {

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return StoreWatchTests.this.now;
		}

	}

}
