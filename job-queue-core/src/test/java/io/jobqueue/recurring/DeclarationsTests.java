package io.jobqueue.recurring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Declarations}.
 */
class DeclarationsTests {

	private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

	private static final Recurrence HOURLY = Recurrence.every(Duration.ofHours(1));

	private static final Recurrence DAILY = Recurrence.every(Duration.ofDays(1));

	private final SettableClock clock = new SettableClock(START);

	private final MemoryJobStore store = new MemoryJobStore(this.clock, Retention.DEFAULT);

	private final RecurringJobs jobs = new RecurringJobTemplate(this.store, (request) -> Simulation.JOB);

	private final List<String> calls = new ArrayList<>();

	private final Map<String, Runnable> others = new HashMap<>();

	@Test
	void manyArePutWithFewCalls() {
		Map<String, Recurrence> many = IntStream.range(0, 1200)
			.mapToObj((number) -> "report." + number)
			.collect(Collectors.toMap(Function.identity(), (name) -> HOURLY));
		putAll(many);
		assertThat(this.jobs.list()).hasSize(1200)
			.allMatch((job) -> job.nextAt().equals(START.plus(HOURLY.every())) && "shop".equals(job.application()));
		assertThat(this.calls).hasSizeLessThan(10);
		List<RecurringDefinition> before = this.store.recurring().all();
		this.calls.clear();
		this.clock.set(START.plusSeconds(60));
		putAll(many);
		assertThat(this.store.recurring().all()).isEqualTo(before);
		many.replaceAll((name, recurrence) -> DAILY);
		putAll(many);
		assertThat(this.jobs.list()).hasSize(1200)
			.allMatch((job) -> job.nextAt().equals(START.plusSeconds(60).plus(DAILY.every())));
		assertThat(this.calls).hasSizeLessThan(20);
	}

	@Test
	void nothingIsAskedForNoDeclarations() {
		putAll(Map.of());
		assertThat(this.calls).isEmpty();
	}

	@Test
	void whatSomebodyElseCreatesMeanwhileIsPut() {
		this.others.put("createAll",
				() -> new Catalog(this.store.recurring()).create("b", HOURLY, Simulation.JOB, "mail"));
		putAll(Map.of("a", DAILY, "b", DAILY));
		assertThat(this.jobs.list()).extracting(RecurringJob::name).containsExactly("a", "b");
		assertThat(this.jobs.list())
			.allMatch((job) -> job.recurrence().equals(DAILY) && "shop".equals(job.application()));
	}

	@Test
	void whatSomebodyElsePausesMeanwhileStaysPaused() {
		putAll(Map.of("a", HOURLY, "b", HOURLY));
		this.others.put("fire", () -> this.jobs.pause("b"));
		putAll(Map.of("a", DAILY, "b", DAILY));
		assertThat(this.jobs.list()).allMatch((job) -> job.recurrence().equals(DAILY));
		assertThat(this.jobs.list()).extracting(RecurringJob::isPaused).containsExactly(false, true);
	}

	@Test
	void anotherQueueLeavesTheFiringTimesAsTheyAre() {
		putAll(Map.of("a", HOURLY, "b", HOURLY));
		this.clock.set(START.plusSeconds(60));
		new Declarations(catalog(), "shop", Map.of("a", HOURLY, "b", HOURLY),
				(name) -> new NewJob("report.daily", "mail", 0, 3, "[]", Map.of(), null, null, null, null))
			.putAll();
		assertThat(this.jobs.list()).hasSize(2)
			.allMatch((job) -> job.queue().equals("mail") && job.nextAt().equals(START.plus(HOURLY.every())));
	}

	private void putAll(Map<String, Recurrence> declared) {
		new Declarations(catalog(), "shop", declared, (name) -> Simulation.JOB).putAll();
	}

	/**
	 * Return a catalog in front of which calls are recorded, and others act just before
	 * some of them.
	 */
	private Catalog catalog() {
		return new Catalog((RecurringDefinitions) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RecurringDefinitions.class }, (proxy, method, arguments) -> {
					this.calls.add(method.getName());
					this.others.getOrDefault(method.getName(), () -> {
					}).run();
					this.others.remove(method.getName());
					try {
						return method.invoke(this.store.recurring(), arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				}));
	}

}
