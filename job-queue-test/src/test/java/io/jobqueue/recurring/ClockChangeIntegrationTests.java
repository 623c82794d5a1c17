package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;
import io.jobqueue.test.store.RedisFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The two changes of the clocks, and times without any node, hour by hour on the real
 * stores.
 */
class ClockChangeIntegrationTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final Duration GRACE = Duration.ofSeconds(60);

	private static final Days SPRING = new Days(Instant.parse("2026-03-28T12:00:30Z"),
			Instant.parse("2026-03-30T12:00:30Z"),
			// There is no 2:30 in the first night.
			List.of("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
			List.of(new Downtime("2026-03-28T15:10:00Z", "2026-03-28T19:00:05Z"),
					new Downtime("2026-03-30T04:10:00Z", "2026-03-30T05:20:00Z")));

	private static final Days AUTUMN = new Days(Instant.parse("2026-10-24T12:00:30Z"),
			Instant.parse("2026-10-26T12:00:30Z"),
			// There are two in the first night.
			List.of("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
			List.of(new Downtime("2026-10-25T00:10:00Z", "2026-10-25T04:10:00Z"),
					new Downtime("2026-10-25T15:10:00Z", "2026-10-25T19:00:05Z")));

	static Stream<Arguments> changes() {
		Named<Supplier<JobStoreFixture>> postgres = Named.of("PostgreSQL", PostgresFixture::new);
		Named<Supplier<JobStoreFixture>> redis = Named.of("Redis", RedisFixture::standalone);
		return Stream.of(postgres, redis)
			.flatMap((store) -> Stream.of(Arguments.of(store, SPRING), Arguments.of(store, AUTUMN)));
	}

	@ParameterizedTest
	@MethodSource("changes")
	void eachFiringTimeGetsWhatThePolicySays(Supplier<JobStoreFixture> fixtures, Days days) {
		try (JobStoreFixture fixture = fixtures.get()) {
			JobStore store = fixture.createStore(Retention.DEFAULT);
			ShiftedDefinitions definitions = new ShiftedDefinitions(((RecurringStore) store).recurring(), fixture,
					days.from());
			Map<String, List<Instant>> expected = new TreeMap<>();
			for (Misfire misfire : Misfire.values()) {
				create(definitions, "daily-" + misfire, Recurrence.cron("0 30 2 * * *"), misfire);
				expected.put("daily-" + misfire, days.expected(days.daily(), misfire));
				create(definitions, "hourly-" + misfire, Recurrence.cron("0 0 * * * *"), misfire);
				expected.put("hourly-" + misfire, days.expected(days.hourly(), misfire));
			}
			Firings firings = new Firings(definitions, EnqueuePath.STRAIGHT, JobMetrics.NONE);
			for (Downtime down : days.downtimes()) {
				fireUntil(down.from(), firings, definitions);
				definitions.leapTo(down.to());
			}
			fireUntil(days.to(), firings, definitions);
			assertThat(fired(store)).isEqualTo(expected);
		}
	}

	private static void create(ShiftedDefinitions definitions, String name, Recurrence recurrence, Misfire misfire) {
		NewJob job = new NewJob("report", "default", 0, 3, "[]", Map.of(), null, null, null, null);
		new Catalog(definitions)
			.create(name, recurrence.zone(BERLIN).misfire(misfire).overlap(Overlap.ALLOW), job, null)
			.orElseThrow();
	}

	private static void fireUntil(Instant end, Firings firings, ShiftedDefinitions definitions) {
		while (true) {
			Duration wait = firings.fire();
			Instant next = (wait != null) ? definitions.now().plus(wait) : end;
			if (next.isAfter(end)) {
				definitions.leapTo(end);
				return;
			}
			definitions.leapTo(next);
		}
	}

	/**
	 * Return the firing times that got a job, in the order of the jobs, by definition.
	 */
	private static Map<String, List<Instant>> fired(JobStore store) {
		long node = store.register(new NodeDescription("test", List.of("default")));
		return store.exchange(new Exchange(node, List.of(), Claim.of("default", 1000)))
			.claimed()
			.stream()
			.map((job) -> Firing.of(job.headers()).orElseThrow())
			.collect(Collectors.groupingBy(Firing::name, TreeMap::new,
					Collectors.mapping(Firing::at, Collectors.toList())));
	}

	/**
	 * Some days around a change.
	 *
	 * @param from when they begin
	 * @param to when they end
	 * @param dailyTimes when it is 2:30
	 * @param downtimes when there is no node
	 */
	record Days(Instant from, Instant to, List<String> dailyTimes, List<Downtime> downtimes) {

		List<Instant> daily() {
			return this.dailyTimes.stream().map(Instant::parse).toList();
		}

		List<Instant> hourly() {
			return Stream
				.iterate(this.from.plus(Duration.ofSeconds(3570)), (time) -> time.isBefore(this.to),
						(time) -> time.plus(Duration.ofHours(1)))
				.toList();
		}

		List<Instant> expected(List<Instant> times, Misfire misfire) {
			List<Instant> expected = new ArrayList<>();
			Instant up = this.from;
			for (Downtime down : this.downtimes) {
				expected.addAll(between(times, up, down.from()));
				List<Instant> missed = between(times, down.from(), down.to());
				Instant last = missed.isEmpty() ? null : missed.get(missed.size() - 1);
				if (misfire == Misfire.ALL) {
					expected.addAll(missed);
				}
				else if (last != null && (misfire == Misfire.ONCE || last.plus(GRACE).isAfter(down.to()))) {
					expected.add(last);
				}
				up = down.to();
			}
			expected.addAll(between(times, up, this.to));
			return expected;
		}

		private static List<Instant> between(List<Instant> times, Instant from, Instant to) {
			return times.stream().filter((time) -> time.isAfter(from) && !time.isAfter(to)).toList();
		}

		@Override
		public String toString() {
			return this.from.toString();
		}

	}

}
