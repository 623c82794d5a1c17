package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Definitions of recurring jobs: who is slower changes nothing, and a definition and the
 * jobs that it makes change together.
 */
abstract class RecurringContract extends StoreContract {

	private static final Duration HOUR = Duration.ofHours(1);

	private RecurringDefinitions recurring;

	private Instant start;

	@BeforeEach
	void findDefinitions() {
		this.recurring = definitions(this.store);
		this.start = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
	}

	private static RecurringDefinitions definitions(JobStore store) {
		return ((RecurringStore) store).recurring();
	}

	@Test
	void definitionIsKeptAsItIs() {
		RecurringDefinition full = new RecurringDefinition("a.report_Daily-1", "mail", RecurringDefinition.newVersion(),
				this.start.plusMillis(1234), this.start.plusMillis(5678), this.start.minus(HOUR), JobId.of(4711),
				"{\"cron\":\"0 0 6 * * *\",\"arguments\":\"[\\\"\\u20ac\u20ac\\\"]\"}");
		RecurringDefinition empty = new RecurringDefinition("b", QUEUE, 1, null, null, null, null, "{}");
		assertThat(this.recurring.create(empty)).isTrue();
		assertThat(this.recurring.create(full)).isTrue();
		assertThat(this.recurring.find("a.report_Daily-1")).contains(full);
		assertThat(this.recurring.find("b")).contains(empty);
		assertThat(this.recurring.find("c")).isEmpty();
		assertThat(this.recurring.all()).containsExactly(full, empty);
		this.fixture.secondInstance()
			.ifPresent((other) -> assertThat(definitions(other).all()).containsExactly(full, empty));
	}

	@Test
	void nameIsUniqueWhateverTheQueue() {
		RecurringDefinition first = create("report", HOUR);
		assertThat(this.recurring.create(definition("report", HOUR))).isFalse();
		assertThat(this.recurring.create(definition("report", "other", HOUR))).isFalse();
		assertThat(this.recurring.all()).containsExactly(first);
	}

	@Test
	void replacedDefinitionKeepsItsLastJob() {
		RecurringDefinition before = create("report", HOUR);
		this.fixture.advance(HOUR);
		JobId job = fire("report", HOUR).get(0);
		before = get("report");
		RecurringDefinition after = next(before, HOUR.multipliedBy(2), "{\"changed\":\"yes\"}");
		assertThat(this.recurring.replace(before, after)).isTrue();
		assertThat(get("report").lastJob()).isEqualTo(job);
		assertThat(get("report").content()).isEqualTo("{\"changed\":\"yes\"}");
		assertThat(get("report").version()).isEqualTo(after.version());
	}

	@Test
	void whoIsSlowerReplacesAndRemovesNothing() {
		RecurringDefinition before = create("report", HOUR);
		RecurringDefinition first = next(before, HOUR, "{\"first\":\"\"}");
		assertThat(this.recurring.replace(before, first)).isTrue();
		assertThat(this.recurring.replace(before, next(before, HOUR, "{\"second\":\"\"}"))).isFalse();
		assertThat(this.recurring.remove(before)).isFalse();
		assertThat(this.recurring.all()).containsExactly(first);
	}

	@Test
	void removedDefinitionIsGoneAndMayComeBackInAnotherQueue() {
		RecurringDefinition first = create("report", Duration.ofSeconds(-1));
		assertThat(this.recurring.remove(first)).isTrue();
		assertThat(this.recurring.all()).isEmpty();
		assertThat(this.recurring.find("report")).isEmpty();
		assertThat(look().due()).isEmpty();
		assertThat(this.recurring.remove(first)).isFalse();
		RecurringDefinition second = definition("report", "other", Duration.ofSeconds(-1));
		assertThat(this.recurring.create(second)).isTrue();
		assertThat(this.recurring.all()).containsExactly(second);
		assertThat(look().due()).containsExactly(second);
		assertThat(this.recurring.fire(List.of(change(first, HOUR, 1)))).isEmpty();
	}

	@Test
	void lookFindsWhatIsDueAndWhenToLookAgain() {
		assertThat(look().due()).isEmpty();
		assertThat(look().nextAt()).isNull();
		assertThat(look().now()).isBetween(this.start, this.fixture.now().plusMillis(1));
		RecurringDefinition late = create("late", Duration.ofMinutes(3));
		RecurringDefinition soon = create("soon", Duration.ofMinutes(1));
		RecurringDefinition other = definition("other", "mail", Duration.ofMinutes(2));
		this.recurring.create(other);
		this.recurring.create(new RecurringDefinition("never", QUEUE, 1, null, this.start, null, null, "{}"));
		assertThat(look().due()).isEmpty();
		assertThat(look().nextAt()).isEqualTo(soon.dueAt());
		this.fixture.advance(Duration.ofMinutes(2).plusSeconds(30));
		assertThat(names(look())).containsExactly("soon", "other");
		assertThat(look().nextAt()).isEqualTo(get(late.name()).dueAt());
		assertThat(names(this.recurring.look(1))).containsExactly("soon");
		assertThat(this.recurring.look(1).nextAt()).isEqualTo(get(late.name()).dueAt());
		assertThat(this.recurring.look(0).due()).isEmpty();
		this.fixture.advance(Duration.ofMinutes(1));
		assertThat(names(look())).containsExactly("soon", "other", "late");
		assertThat(look().nextAt()).isNull();
		assertThat(look().due()).isEqualTo(List.of(get("soon"), get("other"), get("late")));
	}

	@Test
	void firedDefinitionHasItsJobAndItsNextTime() {
		create("report", HOUR);
		this.fixture.advance(HOUR.plusMinutes(1));
		RecurringDefinition before = look().due().get(0);
		NewJob job = new NewJob("report.daily", QUEUE, 7, 5, "[1]", Map.of("at", "now"), null, before.nextAt(),
				Duration.ofSeconds(9), null);
		RecurringDefinition after = next(before, HOUR, "{}");
		List<JobId> ids = this.recurring.fire(List.of(new RecurringChange(before, after, List.of(job)))).get("report");
		assertThat(ids).hasSize(1);
		assertThat(get("report")).isEqualTo(withLastJob(after, ids.get(0)));
		assertThat(look().due()).isEmpty();
		assertThat(look().nextAt()).isEqualTo(after.dueAt());
		ClaimedJob claimed = claimOne();
		assertThat(claimed.id()).isEqualTo(ids.get(0));
		assertThat(claimed.handler()).isEqualTo("report.daily");
		assertThat(claimed.priority()).isEqualTo(7);
		assertThat(claimed.maxAttempts()).isEqualTo(5);
		assertThat(claimed.arguments()).isEqualTo("[1]");
		assertThat(claimed.headers()).containsExactly(Map.entry("at", "now"));
		assertThat(claimed.timeout()).isEqualTo(Duration.ofSeconds(9));
		settle(succeeded(claimed));
		assertThat(state(ids.get(0))).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void manyJobsOfOneFiringHaveTheirOrder() {
		RecurringDefinition before = create("report", Duration.ofSeconds(-1));
		List<NewJob> jobs = IntStream.range(0, 5)
			.mapToObj((i) -> DRAFT.arguments("[" + i + "]").runAt(this.start.minusSeconds(10 - i)).job())
			.toList();
		RecurringDefinition after = next(before, HOUR, "{}");
		List<JobId> ids = this.recurring.fire(List.of(new RecurringChange(before, after, jobs))).get("report");
		assertThat(ids).hasSize(5).isSorted();
		assertThat(ids.stream().map(this::find).map(JobRecord::arguments)).containsExactly("[0]", "[1]", "[2]", "[3]",
				"[4]");
		assertThat(get("report").lastJob()).isEqualTo(ids.get(4));
		assertThat(ids(claim(10))).isEqualTo(ids);
	}

	@Test
	void firingWithoutJobsOnlyAdvances() {
		RecurringDefinition before = create("report", Duration.ofSeconds(-1));
		RecurringDefinition after = next(before, HOUR, "{\"skipped\":\"yes\"}");
		assertThat(this.recurring.fire(List.of(new RecurringChange(before, after, List.of())))).hasSize(1)
			.containsEntry("report", List.of());
		assertThat(get("report")).isEqualTo(after);
		assertNothingToClaim();
	}

	@Test
	void whoIsSlowerFiresNothing() {
		RecurringDefinition changed = create("changed", Duration.ofSeconds(-1));
		RecurringDefinition removed = create("removed", Duration.ofSeconds(-1));
		RecurringDefinition same = create("same", Duration.ofSeconds(-1));
		RecurringDefinition other = definition("other", "mail", Duration.ofSeconds(-1));
		this.recurring.create(other);
		this.recurring.replace(changed, next(changed, HOUR, "{}"));
		this.recurring.remove(removed);
		Map<String, List<JobId>> fired = this.recurring.fire(List.of(change(changed, HOUR, 1), change(same, HOUR, 2),
				change(removed, HOUR, 1), change(other, HOUR, 1)));
		assertThat(fired).containsOnlyKeys("same", "other");
		assertThat(ids(claim(10))).isEqualTo(fired.get("same"));
		assertThat(ids(claim(this.node, Claim.of("mail", 10)))).isEqualTo(fired.get("other"));
		assertThat(this.recurring.fire(List.of(change(same, HOUR.multipliedBy(2), 1)))).isEmpty();
		assertNothingToClaim();
	}

	@Test
	void ofManyNodesOneFires() throws Exception {
		int definitions = 20;
		int rounds = 4;
		for (int i = 0; i < definitions; i++) {
			create("report-" + i, (i % 2 == 0) ? QUEUE : "other", Duration.ofSeconds(-1));
		}
		List<JobStore> stores = List.of(this.store, this.fixture.secondInstance().orElse(this.store));
		AtomicInteger fired = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			for (int round = 0; round < rounds; round++) {
				List<RecurringDefinition> due = look().due();
				assertThat(due).hasSize(definitions);
				List<Future<?>> nodes = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					RecurringDefinitions mine = definitions(stores.get(i % 2));
					List<RecurringDefinition> order = new ArrayList<>(due);
					Collections.rotate(order, i * 5);
					nodes.add(threads.submit(() -> fired.addAndGet(fireAll(mine, order))));
				}
				for (Future<?> node : nodes) {
					node.get();
				}
				// Whatever was locked by another was changed by that one.
				assertThat(fired).hasValue((round + 1) * definitions);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(claim(200)).hasSize(rounds * definitions / 2);
		assertThat(claim(this.node, Claim.of("other", 200))).hasSize(rounds * definitions / 2);
	}

	private int fireAll(RecurringDefinitions definitions, List<RecurringDefinition> due) {
		List<RecurringChange> changes = due.stream().map((before) -> change(before, Duration.ofMillis(-1), 1)).toList();
		return definitions.fire(changes).size();
	}

	@Test
	void hundredsAreFiredInBatches() {
		int count = 300;
		for (int i = 0; i < count; i++) {
			create("report-" + i, Duration.ofSeconds(-1));
		}
		int rounds = 0;
		int fired = 0;
		for (List<RecurringDefinition> due = this.recurring.look(100).due(); !due
			.isEmpty(); due = this.recurring.look(100).due()) {
			fired += this.recurring.fire(due.stream().map((before) -> change(before, HOUR, 1)).toList()).size();
			rounds++;
		}
		assertThat(fired).isEqualTo(count);
		assertThat(rounds).isEqualTo(3);
		assertThat(claim(1000)).hasSize(count);
		assertThat(this.recurring.all()).hasSize(count);
	}

	@Test
	void liveJobsAreThoseThatHaveNotEnded() {
		JobId done = enqueue(DRAFT);
		settle(succeeded(claimOne()));
		JobId running = enqueue(DRAFT);
		claimOne();
		JobId waiting = enqueue(DRAFT);
		JobId scheduled = enqueue(DRAFT.queue("other").delay(HOUR));
		JobId cancelled = enqueue(DRAFT.queue("other"));
		this.store.admin().cancel(List.of(cancelled));
		eventually(() -> state(cancelled) == JobState.CANCELLED || claimsNothingOf("other"));
		assertThat(this.recurring.live(List.of(done, running, waiting, scheduled, cancelled, JobId.of(4711))))
			.containsExactlyInAnyOrder(running, waiting, scheduled);
		assertThat(this.recurring.live(List.of())).isEmpty();
	}

	// A claim is what ends cancelled jobs in some stores.
	private boolean claimsNothingOf(String queue) {
		claim(this.node, Claim.of(queue, 1));
		return false;
	}

	@Test
	void silentDeclarationsAreFound() {
		assertThat(this.recurring.declare(List.of("a", "b"), HOUR)).isEmpty();
		this.fixture.advance(Duration.ofMinutes(50));
		assertThat(this.recurring.declare(List.of("b", "c"), HOUR)).isEmpty();
		this.fixture.advance(Duration.ofMinutes(20));
		assertThat(this.recurring.declare(List.of(), HOUR)).containsExactly("a");
		assertThat(this.recurring.declare(List.of("a"), Duration.ofMinutes(10))).isEqualTo(Set.of("b", "c"));
		this.recurring.undeclare(List.of("b", "d"));
		assertThat(this.recurring.declare(List.of(), Duration.ofMinutes(10))).containsExactly("c");
		this.recurring.undeclare(List.of());
	}

	@Test
	void nodesAreToldOfChanges() {
		JobStore other = this.fixture.secondInstance().orElse(this.store);
		AtomicInteger told = new AtomicInteger();
		try (WakeUps.Subscription subscription = ((WakeUps) other).subscribe(new Listening(told))) {
			// The subscription may still be on its way.
			eventually(() -> {
				RecurringDefinition found = this.recurring.find("report").orElse(null);
				if (found == null) {
					create("report", HOUR);
				}
				else {
					this.recurring.replace(found, next(found, HOUR, "{}"));
				}
				return told.get() > 0;
			});
			assertThat(subscription).isNotNull();
		}
	}

	private RecurringLook look() {
		return this.recurring.look(100);
	}

	private static List<String> names(RecurringLook look) {
		return look.due().stream().map(RecurringDefinition::name).toList();
	}

	private RecurringDefinition get(String name) {
		return this.recurring.find(name).orElseThrow();
	}

	private RecurringDefinition create(String name, Duration in) {
		return create(name, QUEUE, in);
	}

	private RecurringDefinition create(String name, String queue, Duration in) {
		RecurringDefinition definition = definition(name, queue, in);
		assertThat(this.recurring.create(definition)).isTrue();
		return definition;
	}

	private RecurringDefinition definition(String name, Duration in) {
		return definition(name, QUEUE, in);
	}

	private RecurringDefinition definition(String name, String queue, Duration in) {
		Instant at = this.fixture.now().truncatedTo(ChronoUnit.MILLIS).plus(in);
		return new RecurringDefinition(name, queue, RecurringDefinition.newVersion(), at, at, null, null, "{}");
	}

	private RecurringDefinition next(RecurringDefinition before, Duration in, String content) {
		Instant at = this.fixture.now().truncatedTo(ChronoUnit.MILLIS).plus(in);
		return new RecurringDefinition(before.name(), before.queue(), RecurringDefinition.newVersion(), at, at,
				before.nextAt(), before.lastJob(), content);
	}

	private static RecurringDefinition withLastJob(RecurringDefinition definition, @Nullable JobId lastJob) {
		return new RecurringDefinition(definition.name(), definition.queue(), definition.version(), definition.dueAt(),
				definition.nextAt(), definition.lastAt(), lastJob, definition.content());
	}

	private RecurringChange change(RecurringDefinition before, Duration in, int jobs) {
		return new RecurringChange(before, next(before, in, "{}"),
				Collections.nCopies(jobs, DRAFT.queue(before.queue()).job()));
	}

	private List<JobId> fire(String name, Duration in) {
		return this.recurring.fire(List.of(change(get(name), in, 1))).getOrDefault(name, List.of());
	}

	/**
	 * Counts what it is told.
	 */
	private record Listening(AtomicInteger told) implements WakeUps.Listener {

		@Override
		public void available(String queue) {
		}

		@Override
		public void recurringChanged() {
			this.told.incrementAndGet();
		}

	}

}
