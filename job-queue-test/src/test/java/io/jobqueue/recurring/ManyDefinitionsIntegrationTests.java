package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.MemoryFixture;
import io.jobqueue.test.store.PostgresFixture;
import io.jobqueue.test.store.RedisFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand recurring jobs that are due at the same time.
 */
class ManyDefinitionsIntegrationTests {

	private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

	private static final Duration HOUR = Duration.ofHours(1);

	private static final String QUEUE = "default";

	private static final int COUNT = 10_000;

	private static final Map<String, Recurrence> DECLARED = IntStream.range(0, COUNT)
		.boxed()
		.collect(Collectors.toMap((number) -> "report." + number, (number) -> Recurrence.every(HOUR)));

	static Stream<Named<Supplier<JobStoreFixture>>> stores() {
		return Stream.of(Named.of("memory", MemoryFixture::new), Named.of("PostgreSQL", PostgresFixture::new),
				Named.of("Redis", RedisFixture::standalone));
	}

	@ParameterizedTest
	@MethodSource("stores")
	void eachGetsOneJobForEachFiringTime(Supplier<JobStoreFixture> fixtures) {
		try (JobStoreFixture fixture = fixtures.get()) {
			JobStore store = fixture.createStore(Retention.DEFAULT);
			RecurringDefinitions stored = ((RecurringStore) store).recurring();
			ShiftedDefinitions definitions = new ShiftedDefinitions(stored, fixture, START);
			declare(definitions);
			List<RecurringDefinition> before = stored.all();
			// As a node that starts later does.
			declare(definitions);
			assertThat(stored.all()).isEqualTo(before);
			Map<String, Instant> expected = nextTimes(definitions);
			assertThat(expected).containsOnlyKeys(DECLARED.keySet());
			long node = store.register(new NodeDescription("test", List.of(QUEUE)));
			for (int hour = 1; hour <= 2; hour++) {
				// However long all that took.
				definitions.leapTo(START.plus(HOUR.multipliedBy(hour)).plus(HOUR.dividedBy(2)));
				fire(definitions);
				List<Firing> fired = fired(store, node);
				assertThat(fired).hasSize(COUNT);
				assertThat(fired.stream().collect(Collectors.toMap(Firing::name, Firing::at))).isEqualTo(expected);
				expected.replaceAll((name, time) -> time.plus(HOUR));
				assertThat(nextTimes(definitions)).isEqualTo(expected);
			}
		}
	}

	private static void declare(RecurringDefinitions definitions) {
		Declarations declarations = new Declarations(new Catalog(definitions), "shop", DECLARED,
				(name) -> new NewJob(name, QUEUE, 0, 3, "[]", Map.of(), null, null, null, null));
		declarations.putAll();
		declarations.confirm();
	}

	private static void fire(RecurringDefinitions definitions) {
		Firings firings = new Firings(definitions, EnqueuePath.STRAIGHT, JobMetrics.NONE);
		Duration wait = Duration.ZERO;
		while (Duration.ZERO.equals(wait)) {
			wait = firings.fire();
		}
	}

	private static Map<String, Instant> nextTimes(RecurringDefinitions definitions) {
		Map<String, Instant> times = new HashMap<>();
		for (RecurringDefinition definition : definitions.all()) {
			Instant next = definition.nextAt();
			assertThat(next).isNotNull();
			times.put(definition.name(), next);
		}
		return times;
	}

	private static List<Firing> fired(JobStore store, long node) {
		List<Firing> fired = new ArrayList<>();
		List<ClaimedJob> claimed = List.of();
		do {
			List<Outcome> outcomes = claimed.stream()
				.map((job) -> Outcome.succeeded(job, null, Duration.ZERO))
				.toList();
			claimed = store.exchange(new Exchange(node, outcomes, Claim.of(QUEUE, 1000))).claimed();
			claimed.forEach((job) -> fired.add(Firing.of(job.headers()).orElseThrow()));
		}
		while (!claimed.isEmpty());
		return fired;
	}

}
