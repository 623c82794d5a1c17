package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Firings that come before the last job has ended, and those that come too late.
 */
class OverlapTests {

	private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

	private static final Recurrence EVERY_MINUTE = Recurrence.every(Duration.ofMinutes(1));

	private Simulation simulation = new Simulation(START, Duration.ofSeconds(150));

	@Test
	void byDefaultEachFiringTimeGetsItsJob() {
		this.simulation.create(EVERY_MINUTE);
		this.simulation.runUntil(minute(6));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1, 2, 3, 4, 5, 6));
		assertThat(this.simulation.lastSkippedAt()).isNull();
	}

	@Test
	void skippedFiringsAreRecorded() {
		this.simulation.create(EVERY_MINUTE.overlap(Overlap.SKIP));
		this.simulation.runUntil(minute(9));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1, 4, 7));
		assertThat(this.simulation.lastSkippedAt()).isEqualTo(minute(9));
		assertThat(this.simulation.counted()).isEqualTo(Map.of("enqueued", 3, "fired", 3, "overlapped", 6));
	}

	@Test
	void ofMissedFiringsOnlyTheFirstDoesNotMeetAnother() {
		this.simulation.create(EVERY_MINUTE.overlap(Overlap.SKIP).misfire(Misfire.ALL));
		this.simulation.sleepUntil(minute(5));
		this.simulation.runUntil(minute(5));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1));
		assertThat(this.simulation.lastSkippedAt()).isEqualTo(minute(5));
		assertThat(this.simulation.counted())
			.isEqualTo(Map.of("enqueued", 1, "fired", 1, "overlapped", 1, "misfired", 1));
	}

	@Test
	void queuedFiringWaitsForTheLastJobAndStandsForAllThatCameMeanwhile() {
		this.simulation.create(EVERY_MINUTE.overlap(Overlap.QUEUE));
		this.simulation.runUntil(minute(7));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1, 3, 6));
	}

	@Test
	void queuedFiringsThatAreAllWantedComeOneAfterTheOther() {
		this.simulation.create(EVERY_MINUTE.overlap(Overlap.QUEUE).misfire(Misfire.ALL));
		this.simulation.runUntil(minute(60));
		List<Instant> fired = this.simulation.fired();
		assertThat(fired).isEqualTo(IntStream.rangeClosed(1, fired.size()).mapToObj(OverlapTests::minute).toList())
			.hasSizeBetween(22, 25);
	}

	@Test
	void missedFiringsAreCountedOnce() {
		for (Misfire misfire : Misfire.values()) {
			Simulation late = new Simulation(START, Duration.ZERO);
			late.create(EVERY_MINUTE.misfire(misfire));
			late.sleepUntil(minute(10).plusSeconds(59));
			late.runUntil(minute(12));
			assertThat(late.counted()).containsEntry("misfired", 1)
				.containsEntry("fired", late.fired().size())
				.doesNotContainKey("overlapped");
		}
	}

	@Test
	void queuedFiringHasNotBeenMissed() {
		this.simulation = new Simulation(START, Duration.ofMinutes(90));
		this.simulation.create(Recurrence.every(Duration.ofHours(1)).overlap(Overlap.QUEUE).misfire(Misfire.SKIP));
		this.simulation.runUntil(minute(155));
		assertThat(this.simulation.fired()).isEqualTo(minutes(60, 120));
		assertThat(this.simulation.counted()).isEqualTo(Map.of("enqueued", 2, "fired", 2));
	}

	@Test
	void queuedFiringStartsSoonAfterTheLastJob() {
		this.simulation.create(EVERY_MINUTE.overlap(Overlap.QUEUE));
		this.simulation.runUntil(minute(1).plusSeconds(149));
		assertThat(this.simulation.fired()).hasSize(1);
		this.simulation.runUntil(minute(1).plusSeconds(152));
		assertThat(this.simulation.fired()).hasSize(2);
	}

	@Test
	void noMoreThanTheBoundAreMadeUpFor() {
		this.simulation.create(EVERY_MINUTE.misfire(Misfire.ALL));
		this.simulation.sleepUntil(minute(500));
		this.simulation.runUntil(minute(500));
		assertThat(this.simulation.fired()).hasSize(Recurrence.MAX_MISSED)
			.startsWith(minute(401))
			.endsWith(minute(500));
		assertThat(this.simulation.lastSkippedAt()).isEqualTo(minute(400));
	}

	@Test
	void pausedJobMakesUpForNothing() {
		this.simulation.create(EVERY_MINUTE.misfire(Misfire.ALL));
		this.simulation.runUntil(minute(2));
		assertThat(this.simulation.jobs().pause("report")).isTrue();
		this.simulation.runUntil(minute(10).plusSeconds(7));
		assertThat(this.simulation.jobs().find("report").orElseThrow()).satisfies((job) -> {
			assertThat(job.isPaused()).isTrue();
			assertThat(job.nextAt()).isNull();
		});
		assertThat(this.simulation.jobs().resume("report")).isTrue();
		this.simulation.runUntil(minute(12));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1, 2, 11, 12));
	}

	@Test
	void triggeredJobChangesNoFiringTime() {
		this.simulation.create(EVERY_MINUTE);
		this.simulation.runUntil(minute(1).plusSeconds(20));
		this.simulation.jobs().trigger("report");
		this.simulation.runUntil(minute(2));
		assertThat(this.simulation.fired()).containsExactly(minute(1), minute(1).plusSeconds(20), minute(2));
	}

	@Test
	void changedTimesCountFromTheChange() {
		this.simulation.create(EVERY_MINUTE);
		this.simulation.runUntil(minute(1).plusSeconds(20));
		this.simulation.jobs().change("report", Recurrence.every(Duration.ofMinutes(2)));
		this.simulation.runUntil(minute(6));
		assertThat(this.simulation.fired()).containsExactly(minute(1), minute(3).plusSeconds(20),
				minute(5).plusSeconds(20));
	}

	@Test
	void changedPolicyLeavesTheTimesAsTheyAre() {
		this.simulation.create(EVERY_MINUTE);
		this.simulation.runUntil(minute(1).plusSeconds(20));
		this.simulation.jobs().change("report", EVERY_MINUTE.overlap(Overlap.SKIP));
		this.simulation.runUntil(minute(5));
		assertThat(this.simulation.fired()).isEqualTo(minutes(1, 4));
	}

	private static Instant minute(int count) {
		return START.plus(Duration.ofMinutes(count));
	}

	private static List<Instant> minutes(int... counts) {
		return IntStream.of(counts).mapToObj(OverlapTests::minute).toList();
	}

}
