package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A year of firing times with two changes of the clocks, while the application is down
 * again and again: each firing time gets exactly what the policies say. What they say is
 * counted here by walking through the year, without any cron expression.
 */
class RecurringYearTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final Instant START = Instant.parse("2026-01-01T00:00:30Z");

	private static final Instant END = Instant.parse("2027-01-01T00:00:30Z");

	private static final Duration GRACE = Duration.ofSeconds(60);

	/** Some of them within which firing times are, some of them not. */
	private static final List<Down> DOWNTIMES = downtimes();

	static Stream<Arguments> schedules() {
		Recurrence daily = Recurrence.cron("0 30 2 * * *").zone(BERLIN);
		Recurrence hourly = Recurrence.cron("0 0 * * * *").zone(BERLIN);
		Recurrence interval = Recurrence.every(Duration.ofMinutes(100));
		Recurrence office = Recurrence.cron("0 0 9,17 * * MON-FRI").zone(BERLIN);
		return Stream
			.of(Arguments.of(daily, atTimes((day) -> true, LocalTime.of(2, 30))),
					Arguments.of(hourly, atMinutes((minute) -> minute.getMinute() == 0)),
					Arguments.of(interval, atInterval(Duration.ofMinutes(100))),
					Arguments.of(office,
							atTimes((day) -> day.getDayOfWeek().getValue() <= 5, LocalTime.of(9, 0),
									LocalTime.of(17, 0))))
			.flatMap((schedule) -> Stream.of(Misfire.values())
				.map((misfire) -> Arguments.of(((Recurrence) schedule.get()[0]).misfire(misfire), schedule.get()[1])));
	}

	@ParameterizedTest
	@MethodSource("schedules")
	void eachFiringTimeGetsWhatThePolicySays(Recurrence recurrence, List<Instant> times) {
		Simulation simulation = new Simulation(START, Duration.ZERO);
		simulation.create(recurrence);
		List<Instant> expected = new ArrayList<>();
		Instant from = START;
		for (Down down : DOWNTIMES) {
			simulation.runUntil(down.from());
			simulation.sleepUntil(down.to());
			expected.addAll(between(times, from, down.from()));
			expected.addAll(afterDowntime(between(times, down.from(), down.to()), down.to(), recurrence.misfire()));
			from = down.to();
		}
		simulation.runUntil(END);
		expected.addAll(between(times, from, END));
		assertThat(simulation.fired()).isEqualTo(expected).hasSizeGreaterThan(200);
	}

	private static List<Instant> afterDowntime(List<Instant> missed, Instant now, Misfire misfire) {
		if (missed.isEmpty()) {
			return missed;
		}
		Instant last = missed.get(missed.size() - 1);
		return switch (misfire) {
			case ONCE -> List.of(last);
			case SKIP -> last.plus(GRACE).isBefore(now) ? List.of() : List.of(last);
			case ALL -> missed.subList(Math.max(0, missed.size() - 100), missed.size());
		};
	}

	@ParameterizedTest
	@MethodSource("schedules")
	void firingTimesThatMeetTheLastJobAreSkipped(Recurrence recurrence, List<Instant> times) {
		Duration length = Duration.ofMinutes(130);
		Simulation simulation = new Simulation(START, length);
		simulation.create(recurrence.overlap(Overlap.SKIP));
		simulation.runUntil(END);
		List<Instant> expected = new ArrayList<>();
		Instant free = START;
		for (Instant time : times) {
			if (!time.isBefore(free)) {
				expected.add(time);
				free = time.plus(length);
			}
		}
		assertThat(simulation.fired()).isEqualTo(expected);
	}

	@ParameterizedTest
	@MethodSource("schedules")
	void firingTimesThatMeetTheLastJobWaitForItsEnd(Recurrence recurrence, List<Instant> times) {
		// Some jobs last until the fourth firing time after their own, so a queue fills,
		// and empties.
		Duration longTime = Duration.between(START, END)
			.dividedBy(times.size())
			.multipliedBy(4)
			.plusMinutes(7)
			.plusSeconds(13);
		IntFunction<Duration> lengths = (job) -> (job % 10 == 0) ? longTime : Duration.ofMinutes(3);
		assertThat(queued(recurrence, lengths)).isEqualTo(expected(times, recurrence.misfire(), lengths))
			.hasSizeGreaterThan(200);
	}

	@ParameterizedTest
	@EnumSource(Misfire.class)
	void queueThatOnlyGrowsIsCutOff(Misfire misfire) {
		Duration interval = Duration.ofMinutes(100);
		IntFunction<Duration> lengths = (job) -> Duration.ofMinutes(130).plusSeconds(13);
		List<Instant> expected = expected(atInterval(interval), misfire, lengths);
		assertThat(queued(Recurrence.every(interval).misfire(misfire), lengths)).isEqualTo(expected);
	}

	private static List<Instant> queued(Recurrence recurrence, IntFunction<Duration> lengths) {
		Simulation simulation = new Simulation(START, lengths, true);
		simulation.create(recurrence.overlap(Overlap.QUEUE));
		simulation.runUntil(END);
		return simulation.fired();
	}

	private static List<Instant> expected(List<Instant> times, Misfire misfire, IntFunction<Duration> lengths) {
		List<Instant> expected = new ArrayList<>();
		Instant free = START;
		int next = 0;
		int passed = 0;
		while (next < times.size()) {
			Instant now = times.get(next).isBefore(free) ? free : times.get(next);
			if (now.isAfter(END)) {
				break;
			}
			while (passed < times.size() && !times.get(passed).isAfter(now)) {
				passed++;
			}
			int chosen = (misfire == Misfire.ALL) ? Math.max(next, passed - 100) : passed - 1;
			free = now.plus(lengths.apply(expected.size()));
			expected.add(times.get(chosen));
			next = chosen + 1;
		}
		return expected;
	}

	private static List<Instant> between(List<Instant> times, Instant from, Instant to) {
		return times.stream().filter((time) -> time.isAfter(from) && !time.isAfter(to)).toList();
	}

	private static List<Instant> atInterval(Duration interval) {
		return Stream.iterate(START.plus(interval), (time) -> !time.isAfter(END), (time) -> time.plus(interval))
			.toList();
	}

	// As time goes.
	private static List<Instant> atMinutes(Predicate<LocalDateTime> isFiring) {
		return Stream.iterate(START.plusSeconds(30), (time) -> !time.isAfter(END), (time) -> time.plusSeconds(60))
			.filter((time) -> isFiring.test(LocalDateTime.ofInstant(time, BERLIN)))
			.toList();
	}

	// As clocks on walls go, each time once a day.
	private static List<Instant> atTimes(Predicate<LocalDate> isFiring, LocalTime... times) {
		TreeSet<Instant> all = new TreeSet<>();
		for (LocalDate day = LocalDate.of(2025, 12, 31); day.getYear() <= 2026; day = day.plusDays(1)) {
			if (isFiring.test(day)) {
				for (LocalTime time : times) {
					ZoneOffsetTransition change = BERLIN.getRules().getTransition(day.atTime(time));
					all.add((change != null && change.isGap()) ? change.getInstant()
							: day.atTime(time).atZone(BERLIN).toInstant());
				}
			}
		}
		return between(List.copyOf(all), START, END);
	}

	private static List<Down> downtimes() {
		Random random = new Random(7);
		List<Down> all = new ArrayList<>();
		Instant from = START.plus(Duration.ofDays(2));
		while (from.isBefore(END.minus(Duration.ofDays(20)))) {
			int kind = random.nextInt(4);
			Duration length = switch (kind) {
				case 0 -> Duration.ofSeconds(1 + random.nextInt(50));
				case 1 -> Duration.ofMinutes(1 + random.nextInt(90));
				case 2 -> Duration.ofHours(1 + random.nextInt(60));
				default -> Duration.ofDays(1 + random.nextInt(9));
			};
			if (all.size() % 3 == 0) {
				// Down over a full hour, and back half a minute later.
				from = Instant.ofEpochSecond(from.getEpochSecond() / 3600 * 3600 + 3590);
				length = Duration.ofSeconds(40);
			}
			all.add(new Down(from, from.plus(length)));
			from = from.plus(length).plus(Duration.ofMinutes(30 + random.nextInt(6 * 24 * 60)));
		}
		// The night of each change of the clocks, one down and one up.
		Instant change = Instant.parse("2026-10-25T00:10:00Z");
		all.removeIf((down) -> !down.to().isBefore(change.minus(Duration.ofDays(1)))
				&& down.from().isBefore(change.plus(Duration.ofDays(1))));
		all.removeIf((down) -> !down.to().isBefore(Instant.parse("2026-03-28T00:00:00Z"))
				&& down.from().isBefore(Instant.parse("2026-03-30T00:00:00Z")));
		all.add(new Down(change, change.plus(Duration.ofHours(4))));
		all.sort((a, b) -> a.from().compareTo(b.from()));
		return all;
	}

	/**
	 * A time without any node.
	 *
	 * @param from when the last one stopped
	 * @param to when the first one started
	 */
	private record Down(Instant from, Instant to) {
	}

}
