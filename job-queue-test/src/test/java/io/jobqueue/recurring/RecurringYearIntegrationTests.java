package io.jobqueue.recurring;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;
import io.jobqueue.test.store.RedisFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A year on the real stores, with two changes of the clocks and a dozen times without any
 * node: each firing time gets exactly what the policies say. What they say is found here
 * without any cron expression. {@code RecurringYearTests} goes through more schedules and
 * downtimes, in memory.
 */
class RecurringYearIntegrationTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final Recurrence DAILY = Recurrence.cron("0 30 2 * * *").zone(BERLIN);

	private static final Recurrence OFFICE = Recurrence.cron("0 0 9,17 * * MON-FRI").zone(BERLIN);

	// In summer, it is 2:30 there at 0:30, and 17:00 at 15:00.
	private static final List<Downtime> DOWNTIMES = List.of(
			// Just over a firing time, which is not missed yet, and over one that is.
			new Downtime("2026-01-15T01:29:30Z", "2026-01-15T01:30:30Z"),
			new Downtime("2026-02-03T07:59:30Z", "2026-02-03T08:02:30Z"),
			// Over none.
			new Downtime("2026-02-20T11:00:00Z", "2026-02-20T11:00:30Z"),
			new Downtime("2026-03-06T07:00:00Z", "2026-03-11T12:00:30Z"),
			// The night in which there is no 2:30.
			new Downtime("2026-03-29T00:50:00Z", "2026-03-29T03:10:30Z"),
			new Downtime("2026-05-01T14:30:00Z", "2026-05-04T06:00:30Z"),
			new Downtime("2026-06-10T00:20:00Z", "2026-06-10T00:35:30Z"),
			new Downtime("2026-07-13T06:30:00Z", "2026-08-03T12:00:30Z"),
			new Downtime("2026-09-08T14:59:30Z", "2026-09-08T15:00:30Z"),
			// The night in which there are two, back in time for the second one.
			new Downtime("2026-10-25T00:10:00Z", "2026-10-25T00:50:30Z"),
			new Downtime("2026-11-20T15:10:00Z", "2026-11-23T07:30:30Z"),
			new Downtime("2026-12-24T12:00:00Z", "2026-12-29T05:00:30Z"));

	static Stream<Named<Supplier<JobStoreFixture>>> stores() {
		return Stream.of(Named.of("PostgreSQL", PostgresFixture::new), Named.of("Redis", RedisFixture::standalone));
	}

	@ParameterizedTest
	@MethodSource("stores")
	void eachFiringTimeGetsWhatThePoliciesSay(Supplier<JobStoreFixture> fixtures) {
		Map<String, Recurrence> all = new TreeMap<>();
		for (Misfire misfire : Misfire.values()) {
			all.put("daily-" + misfire, DAILY.misfire(misfire));
			all.put("office-" + misfire, OFFICE.misfire(misfire));
		}
		for (Overlap overlap : List.of(Overlap.SKIP, Overlap.QUEUE)) {
			all.put("daily-" + overlap, DAILY.misfire(Misfire.ONCE).overlap(overlap));
			all.put("office-" + overlap, OFFICE.misfire(Misfire.ALL).overlap(overlap));
		}
		Map<String, List<Instant>> expected = new TreeMap<>();
		all.forEach((name, recurrence) -> expected.put(name, expected(recurrence)));
		assertThat(expected.values()).allMatch((times) -> times.size() > 150);
		try (JobStoreFixture fixture = fixtures.get()) {
			StoredYear year = new StoredYear(fixture, DOWNTIMES);
			all.forEach((name, recurrence) -> year.create(name, recurrence, length(recurrence)));
			year.run();
			assertThat(year.fired()).isEqualTo(expected);
		}
	}

	/**
	 * Return how long jobs take: longer than from one firing time to the next, at an
	 * office to the one in the evening, and never exactly until one.
	 */
	private static Duration length(Recurrence recurrence) {
		return isDaily(recurrence) ? Duration.ofHours(26).plusMinutes(10) : Duration.ofHours(10).plusMinutes(7);
	}

	private static boolean isDaily(Recurrence recurrence) {
		return recurrence.hasSameTimesAs(DAILY);
	}

	private static List<Instant> expected(Recurrence recurrence) {
		List<Instant> times = times(recurrence);
		List<Instant> expected = new ArrayList<>();
		// The last firing time that is dealt with, and when the last job has ended.
		Instant seen = StoredYear.START;
		Instant free = StoredYear.START;
		// When something happens, and somebody is there.
		NavigableSet<Instant> moments = new TreeSet<>(List.of(StoredYear.END));
		times.forEach((time) -> moments.add(Downtime.endOf(time, DOWNTIMES)));
		for (Instant now = moments.first(); now.isBefore(StoredYear.END); now = moments.higher(now)) {
			List<Instant> passed = between(times, seen, now);
			boolean isFree = !free.isAfter(now);
			if (passed.isEmpty() || (recurrence.overlap() == Overlap.QUEUE && !isFree)) {
				continue;
			}
			List<Instant> chosen = chosen(passed, now, recurrence.misfire());
			seen = now;
			if (recurrence.overlap() == Overlap.SKIP) {
				chosen = isFree ? chosen.subList(0, 1) : List.of();
			}
			else if (recurrence.overlap() == Overlap.QUEUE) {
				chosen = chosen.subList(0, 1);
				seen = chosen.get(0);
			}
			if (!chosen.isEmpty()) {
				expected.addAll(chosen);
				free = now.plus(length(recurrence));
				moments.add(Downtime.endOf(free, DOWNTIMES));
			}
		}
		return expected;
	}

	private static List<Instant> chosen(List<Instant> passed, Instant now, Misfire misfire) {
		Instant last = passed.get(passed.size() - 1);
		return switch (misfire) {
			case ONCE -> List.of(last);
			case SKIP -> last.plusSeconds(60).isBefore(now) ? List.of() : List.of(last);
			case ALL -> passed;
		};
	}

	private static List<Instant> between(List<Instant> times, Instant from, Instant to) {
		return times.stream().filter((time) -> time.isAfter(from) && !time.isAfter(to)).toList();
	}

	private static List<Instant> times(Recurrence recurrence) {
		List<Instant> times = new ArrayList<>();
		for (LocalDate day = LocalDate.of(2026, 1, 1); day.getYear() == 2026; day = day.plusDays(1)) {
			if (isDaily(recurrence)) {
				// It is 3:00 when the clocks have gone forward.
				times.add(day.equals(LocalDate.of(2026, 3, 29)) ? Instant.parse("2026-03-29T01:00:00Z")
						: instant(day, LocalTime.of(2, 30)));
			}
			else if (day.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0) {
				times.add(instant(day, LocalTime.of(9, 0)));
				times.add(instant(day, LocalTime.of(17, 0)));
			}
		}
		return times;
	}

	// Until three in the morning of its last day it is summer.
	private static Instant instant(LocalDate day, LocalTime time) {
		boolean isSummer = !day.isBefore(LocalDate.of(2026, 3, 29)) && !day.isAfter(LocalDate.of(2026, 10, 25));
		return day.atTime(time).toInstant(ZoneOffset.ofHours(isSummer ? 2 : 1));
	}

}
