package io.jobqueue.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MutableClock}.
 */
class MutableClockTests {

	private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

	private final MutableClock clock = new MutableClock(NOON);

	@Test
	void clockStandsStillUntilItIsMoved() {
		assertThat(this.clock.instant()).isEqualTo(NOON);
		assertThat(this.clock.millis()).isEqualTo(NOON.toEpochMilli());
		assertThat(this.clock.getZone()).isEqualTo(ZoneOffset.UTC);
	}

	@Test
	void advanceMovesTheClockForwards() {
		this.clock.advance(Duration.ofHours(1));
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.clock.instant()).isEqualTo(NOON.plus(Duration.ofMinutes(61)));
	}

	@Test
	void advanceBackwardsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.clock.advance(Duration.ofSeconds(-1)))
			.withMessageContaining("set(..)");
		assertThat(this.clock.instant()).isEqualTo(NOON);
	}

	@Test
	void setMovesTheClockToAnyInstant() {
		this.clock.set(Instant.EPOCH);
		assertThat(this.clock.instant()).isEqualTo(Instant.EPOCH);
	}

	@Test
	void clockOfAnotherZoneMovesAlong() {
		Clock tokyo = this.clock.withZone(ZoneId.of("Asia/Tokyo"));
		this.clock.advance(Duration.ofDays(1));
		assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
		assertThat(tokyo.instant()).isEqualTo(this.clock.instant());
	}

}
