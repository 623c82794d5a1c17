package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Firings where something is around enqueues.
 */
class InterceptedFiringTests {

	private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

	private static final Recurrence HOURLY = Recurrence.every(Duration.ofHours(1));

	private final SettableClock clock = new SettableClock(START);

	private final MemoryJobStore store = new MemoryJobStore(this.clock, Retention.DEFAULT);

	private final Catalog catalog = new Catalog(this.store.recurring());

	private final List<List<String>> enqueues = new ArrayList<>();

	@Test
	void whatIsDueTogetherIsOneEnqueueWithTheHeadersThatWereAttached() {
		create("a", "b");
		Firings firings = firings((jobs) -> {
		});
		passAnHour();
		firings.fire();
		assertThat(this.enqueues).containsExactly(List.of("a", "b"));
		assertThat(jobs()).hasSize(2).allSatisfy((job) -> {
			assertThat(job.headers()).containsEntry("seen", "yes");
			assertThat(Firing.of(job.headers()).map(Firing::at)).contains(this.clock.instant());
		});
		assertThat(firings.fire()).isEqualTo(Duration.ofHours(1));
	}

	@Test
	void nodeThatDoesNotFireIsNotIntercepted() {
		create("a");
		Firings other = firings((jobs) -> {
			throw new AssertionError("The other node fires");
		});
		passAnHour();
		firings((jobs) -> assertThat(other.fire()).isEqualTo(Duration.ofSeconds(5))).fire();
		assertThat(jobs()).hasSize(1);
		other.fire();
		assertThat(jobs()).hasSize(1);
	}

	@Test
	void refusedJobDoesNotHoldUpTheOthersAndIsTriedAgain() {
		create("a", "b", "c");
		List<String> refused = new ArrayList<>(List.of("b"));
		Firings firings = firings((jobs) -> {
			if (names(jobs).stream().anyMatch(refused::contains)) {
				throw new IllegalStateException("There is no tenant");
			}
		});
		passAnHour();
		firings.fire();
		assertThat(names()).containsExactlyInAnyOrder("a", "c");
		firings.fire();
		assertThat(names()).hasSize(2);
		this.clock.set(this.clock.instant().plusSeconds(5));
		firings.fire();
		assertThat(names()).hasSize(2);
		refused.clear();
		this.clock.set(this.clock.instant().plusSeconds(5));
		firings.fire();
		assertThat(names()).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(this.store.recurring().find("b").orElseThrow().lastAt()).isEqualTo(START.plus(Duration.ofHours(1)));
	}

	@Test
	void jobThatIsRefusedForTooLongIsMissed() {
		this.catalog.create("a", HOURLY.misfire(Misfire.SKIP), Simulation.JOB, null).orElseThrow();
		Firings refusing = firings((jobs) -> {
			throw new IllegalStateException("There is no tenant");
		});
		passAnHour();
		refusing.fire();
		this.clock.set(this.clock.instant().plusSeconds(Recurrence.GRACE_SECONDS + 1));
		firings((jobs) -> {
		}).fire();
		assertThat(jobs()).isEmpty();
		assertThat(this.store.recurring().find("a").orElseThrow().nextAt()).isEqualTo(START.plus(Duration.ofHours(2)));
	}

	@Test
	void whatIsThrownAfterTheFiringChangesNothing() {
		create("a", "b");
		Firings firings = new Firings(this.store.recurring(), new Around((jobs) -> {
		}) {

			@Override
			public List<JobId> enqueue(List<NewJob> jobs, Function<List<NewJob>, List<JobId>> store) {
				super.enqueue(jobs, store);
				throw new IllegalStateException("Too late");
			}

		}, JobMetrics.NONE);
		passAnHour();
		assertThatIllegalStateException().isThrownBy(firings::fire);
		assertThat(firings.fire()).isEqualTo(Duration.ofHours(1));
		assertThat(names()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void firingThatSomebodyChangesMeanwhileIsLookedAtAgain() {
		create("a");
		Firings firings = firings(
				(jobs) -> new RecurringJobTemplate(this.store, (request) -> Simulation.JOB).pause("a"));
		passAnHour();
		assertThatIllegalStateException().isThrownBy(firings::fire);
		assertThat(jobs()).isEmpty();
		assertThat(firings.fire()).isNull();
	}

	@Test
	void triggeredJobIsIntercepted() {
		create("a");
		RecurringJobs recurring = new RecurringJobTemplate(this.store, (request) -> Simulation.JOB,
				new Around((jobs) -> {
				}), JobMetrics.NONE);
		JobId id = recurring.trigger("a");
		assertThat(this.store.admin().get(id).headers()).containsEntry("seen", "yes");
		assertThat(recurring.find("a").orElseThrow().lastJob()).isEqualTo(id);
	}

	private void create(String... names) {
		for (String name : names) {
			this.catalog.create(name, HOURLY, Simulation.JOB, null).orElseThrow();
		}
	}

	private Firings firings(Consumer<List<NewJob>> interceptor) {
		return new Firings(this.store.recurring(), new Around(interceptor), JobMetrics.NONE);
	}

	private void passAnHour() {
		this.clock.set(this.clock.instant().plus(Duration.ofHours(1)));
	}

	private List<JobRecord> jobs() {
		return this.store.admin().find(JobFilter.all(), null, 100);
	}

	private List<String> names() {
		return jobs().stream().map((job) -> Firing.of(job.headers()).orElseThrow().name()).toList();
	}

	private static List<String> names(List<NewJob> jobs) {
		return jobs.stream().map((job) -> Firing.of(job.headers()).orElseThrow().name()).toList();
	}

	/**
	 * Something that is around enqueues.
	 */
	private class Around implements EnqueuePath {

		private final Consumer<List<NewJob>> interceptor;

		Around(Consumer<List<NewJob>> interceptor) {
			this.interceptor = interceptor;
		}

		@Override
		public boolean isIntercepted() {
			return true;
		}

		@Override
		public List<JobId> enqueue(List<NewJob> jobs, Function<List<NewJob>, List<JobId>> store) {
			this.interceptor.accept(jobs);
			InterceptedFiringTests.this.enqueues.add(names(jobs));
			return store.apply(jobs.stream().map((job) -> job.withHeaders(with(job.headers()))).toList());
		}

		private static Map<String, String> with(Map<String, String> headers) {
			Map<String, String> all = new HashMap<>(headers);
			all.put("seen", "yes");
			return all;
		}

	}

}
