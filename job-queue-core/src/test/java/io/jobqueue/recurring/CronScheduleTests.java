package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CronSchedule}. In Europe/Berlin the clocks of 2026 go from 2 to 3 on
 * March 29, and from 3 to 2 on October 25.
 */
class CronScheduleTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

	@Test
	void timeThatIsLeftOutFiresWhenTheClocksHaveGoneForward() {
		assertThat(times("0 30 2 * * *", BERLIN, "2026-03-27T12:00:00Z", 4)).containsExactly("2026-03-28T02:30+01:00",
				"2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00", "2026-03-31T02:30+02:00");
	}

	@Test
	void severalTimesThatAreLeftOutFireOnce() {
		assertThat(times("0 15,45 2,3 * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
			.containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00", "2026-03-29T03:45+02:00");
		assertThat(times("0 0 2-4 * * *", BERLIN, "2026-03-29T00:00:00Z", 3)).containsExactly("2026-03-29T03:00+02:00",
				"2026-03-29T04:00+02:00", "2026-03-30T02:00+02:00");
	}

	@Test
	void dayOfTheWeekIsNotLeftOut() {
		assertThat(times("0 0 2 * * SUN", BERLIN, "2026-03-27T12:00:00Z", 2)).containsExactly("2026-03-29T03:00+02:00",
				"2026-04-05T02:00+02:00");
	}

	@Test
	void timeThatComesTwiceFiresTheFirstTime() {
		assertThat(times("0 30 2 * * *", BERLIN, "2026-10-23T12:00:00Z", 3)).containsExactly("2026-10-24T02:30+02:00",
				"2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
		assertThat(times("0 30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", 1)).containsExactly("2026-10-26T02:30+01:00");
	}

	@Test
	void everyHourGoesOnAsTimeDoes() {
		assertThat(times("0 0/30 * * * *", BERLIN, "2026-03-29T00:00:00Z", 3)).containsExactly("2026-03-29T01:30+01:00",
				"2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00");
		assertThat(times("0 0 * * * *", BERLIN, "2026-10-24T23:30:00Z", 4)).containsExactly("2026-10-25T02:00+02:00",
				"2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00", "2026-10-25T04:00+01:00");
	}

	@Test
	void clocksThatChangeByHalfAnHourAreUnderstood() {
		assertThat(times("0 0 * * * *", LORD_HOWE, "2026-10-03T14:30:00Z", 4)).containsExactly("2026-10-04T03:00+11:00",
				"2026-10-04T04:00+11:00", "2026-10-04T05:00+11:00", "2026-10-04T06:00+11:00");
		assertThat(times("0 15 2 * * *", LORD_HOWE, "2026-10-03T14:30:00Z", 2))
			.containsExactly("2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00");
		assertThat(times("0 0 * * * *", LORD_HOWE, "2026-04-04T14:30:00Z", 3)).containsExactly("2026-04-05T02:00+10:30",
				"2026-04-05T03:00+10:30", "2026-04-05T04:00+10:30");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 30 2 * * *", "0 0/30 * * * *", "0 0 2,4 * * *", "0 0 * * * *", "0 0 0/2 * * *",
			"0 45 1-3 * * *", "0 */20 0-23 * * *", "@hourly", "@daily" })
	void timesAlwaysGrow(String cron) {
		for (ZoneId zone : List.of(BERLIN, LORD_HOWE)) {
			Schedule schedule = new CronSchedule(cron, zone);
			for (int nth = 0; nth < 2; nth++) {
				Instant change = Instant.parse("2026-01-01T00:00:00Z");
				for (int i = 0; i <= nth; i++) {
					change = zone.getRules().nextTransition(change).getInstant();
				}
				Instant previous = change.minus(Duration.ofDays(1));
				for (Instant i = previous; i.isBefore(change.plus(Duration.ofDays(1))); i = i.plusSeconds(600)) {
					Instant next = next(schedule, i);
					assertThat(next.isAfter(i) && !next.isBefore(previous)).as("%s after %s", next, i).isTrue();
					previous = next;
				}
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "0 30 2 * * *, 1", "0 30 2 * * *, 7", "0 0/15 * * * *, 1", "0 0/15 * * * *, 100",
			"'0 0 2,3 * * *', 5" })
	void lastTimesAreThoseThatCountingFinds(String cron, int limit) {
		Schedule schedule = new CronSchedule(cron, BERLIN);
		Instant known = next(schedule, Instant.parse("2026-03-26T00:00:00Z"));
		List<Instant> all = new ArrayList<>(List.of(known));
		for (Instant until = known; until.isBefore(Instant.parse("2026-03-31T00:00:00Z"))
				|| all.size() < limit; until = until.plus(Duration.ofMinutes(197))) {
			while (!next(schedule, all.get(all.size() - 1)).isAfter(until)) {
				all.add(next(schedule, all.get(all.size() - 1)));
			}
			assertThat(schedule.last(known, until, limit))
				.isEqualTo(all.subList(Math.max(0, all.size() - limit), all.size()));
		}
	}

	@Test
	void lastTimesOfAYearOfSecondsAreFoundAtOnce() {
		Schedule schedule = new CronSchedule("* * * * * *", BERLIN);
		Instant known = Instant.parse("2025-01-01T00:00:00Z");
		Instant until = Instant.parse("2026-01-01T00:00:00.700Z");
		assertThat(schedule.last(known, until, 2)).containsExactly(Instant.parse("2025-12-31T23:59:59Z"),
				Instant.parse("2026-01-01T00:00:00Z"));
	}

	@Test
	void expressionThatNeverComesTrueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Recurrence.cron("0 0 0 30 2 *"))
			.withMessageContaining("never comes true");
		assertThatIllegalArgumentException().isThrownBy(() -> Recurrence.cron("0 0 6 * *"));
	}

	@Test
	void intervalsAreCheckedAndGoOnAsTimeDoes() {
		assertThatIllegalArgumentException().isThrownBy(() -> Recurrence.every(Duration.ofMillis(999)));
		assertThatIllegalArgumentException().isThrownBy(() -> Recurrence.every(Duration.ofDays(4000)));
		Schedule schedule = Recurrence.every(Duration.ofMinutes(15)).schedule();
		Instant first = Instant.parse("2026-03-29T00:07:00Z");
		assertThat(schedule.first(first.minus(Duration.ofMinutes(15)))).isEqualTo(first);
		assertThat(schedule.next(first, first.minusMillis(1))).isEqualTo(first);
		assertThat(schedule.next(first, first)).isEqualTo(first.plusSeconds(900));
		assertThat(schedule.last(first, first.plusSeconds(1900), 2)).containsExactly(first.plusSeconds(900),
				first.plusSeconds(1800));
		assertThat(schedule.last(first, first.plusSeconds(899), 2)).containsExactly(first);
	}

	private static List<String> times(String cron, ZoneId zone, String from, int count) {
		Schedule schedule = new CronSchedule(cron, zone);
		List<String> times = new ArrayList<>();
		Instant time = Instant.parse(from);
		for (int i = 0; i < count; i++) {
			time = next(schedule, time);
			times.add(time.atZone(zone).toOffsetDateTime().toString());
		}
		return times;
	}

	private static Instant next(Schedule schedule, Instant after) {
		return Objects.requireNonNull(schedule.next(after, after));
	}

}
