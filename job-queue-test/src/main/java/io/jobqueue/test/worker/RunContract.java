package io.jobqueue.test.worker;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;

import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.QueueStatus;
import io.jobqueue.event.JobEvent;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.worker.PoolOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a handler gets, and what becomes of what it returns.
 */
abstract class RunContract extends WorkerContract {

	@Test
	void argumentsArriveAsTheDeclaredTypes() throws Exception {
		CompletableFuture<@Nullable Object[]> received = new CompletableFuture<>();
		node().handle("order.place", List.of(String.class, int.class, new ParameterizedTypeReference<List<Order>>() {
		}.getType(), new ParameterizedTypeReference<Map<String, Duration>>() {
		}.getType(), Instant.class, JobState.class), (arguments, job) -> received.complete(arguments)).start();
		Instant time = Instant.parse("2031-07-08T09:10:11.123456Z");
		List<Order> orders = List.of(new Order("Grüße", new BigDecimal("12.50")), new Order("b", BigDecimal.ONE));
		this.jobs.enqueue("order.place", "text", 42, orders, Map.of("a", Duration.ofSeconds(3)), time, JobState.FAILED);
		assertThat(received.get(30, TimeUnit.SECONDS)).containsExactly("text", 42, orders,
				Map.of("a", Duration.ofSeconds(3)), time, JobState.FAILED);
	}

	@Test
	void argumentMayBeNull() throws Exception {
		CompletableFuture<@Nullable Object[]> received = new CompletableFuture<>();
		node()
			.handle("order.place", List.of(String.class, Order.class), (arguments, job) -> received.complete(arguments))
			.start();
		this.jobs.enqueue("order.place", "a", null);
		assertThat(received.get(30, TimeUnit.SECONDS)).containsExactly("a", null);
	}

	@Test
	void handlerWithoutArgumentsIsCalled() throws Exception {
		CompletableFuture<@Nullable Object[]> received = new CompletableFuture<>();
		node().handle("order.sweep", (arguments, job) -> received.complete(arguments)).start();
		this.jobs.enqueue("order.sweep");
		assertThat(received.get(30, TimeUnit.SECONDS)).isEmpty();
	}

	@Test
	void contextDescribesTheJob() throws Exception {
		CompletableFuture<JobContext> received = new CompletableFuture<>();
		Gate gate = gate();
		node().pools(PoolOptions.of(1, "billing")).handle("order.bill", (arguments, job) -> {
			received.complete(job);
			gate.pass();
			return null;
		}).start();
		JobId id = this.jobs.job("order.bill").queue("billing").maxAttempts(7).header("tenant", "a b").enqueue();
		JobContext job = received.get(30, TimeUnit.SECONDS);
		JobRecord stored = get(id);
		assertThat(job.id()).isEqualTo(id);
		assertThat(job.name()).isEqualTo("order.bill");
		assertThat(job.queue()).isEqualTo("billing");
		assertThat(job.attempt()).isOne();
		assertThat(job.maxAttempts()).isEqualTo(7);
		assertThat(job.headers()).isEqualTo(Map.of("tenant", "a b"));
		assertThat(job.createdAt()).isEqualTo(stored.createdAt());
		assertThat(job.dueAt()).isEqualTo(stored.runAt());
		assertThat(job.isActive()).isTrue();
	}

	@Test
	void successIsKeptInTheHistoryWithResultAndTimes() {
		TestNode node = node()
			.handle("order.total", List.of(int.class), (arguments, job) -> new Order("total", new BigDecimal("1.5")))
			.start();
		JobId id = this.jobs.enqueue("order.total", 3);
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("{\"name\":\"total\",\"amount\":1.5}");
		assertThat(job.attempt()).isOne();
		assertThat(job.failures()).isEmpty();
		assertThat(job.arguments()).isEqualTo("[3]");
		assertThat(job.startedAt()).isNotNull();
		assertThat(job.finishedAt()).isNotNull().isAfterOrEqualTo(job.startedAt());
		assertThat(job.node()).isEqualTo(node.status().node());
		assertThat(admin().queues()).filteredOn((queue) -> queue.name().equals(QUEUE))
			.singleElement()
			.satisfies((queue) -> assertThat(queue).extracting(QueueStatus::available, QueueStatus::running)
				.containsExactly(0L, 0L));
	}

	@Test
	void successIsToldOnce() {
		TestNode node = node().handle("order.total", (arguments, job) -> "done").start();
		JobId id = this.jobs.enqueue("order.total");
		await(id, JobState.SUCCEEDED);
		patiently().untilAsserted(() -> assertThat(node.events()).singleElement().satisfies((event) -> {
			assertThat(event.type()).isEqualTo(JobEvent.Type.SUCCEEDED);
			assertThat(event.id()).isEqualTo(id);
			assertThat(event.handler()).isEqualTo("order.total");
			assertThat(event.queue()).isEqualTo(QUEUE);
			assertThat(event.attempt()).isOne();
			assertThat(event.maxAttempts()).isEqualTo(MAX_ATTEMPTS);
			assertThat(event.failure()).isNull();
			assertThat(event.elapsed()).isPositive();
		}));
		stays(() -> node.events().size() == 1);
	}

	@Test
	void handlerThatReturnsNothingHasNoResult() {
		node().handle("order.sweep", (arguments, job) -> null).start();
		assertThat(await(this.jobs.enqueue("order.sweep"), JobState.SUCCEEDED).result()).isNull();
	}

	@Test
	void successLeavesNoTraceIfNothingIsToBeKept() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		AtomicInteger runs = new AtomicInteger();
		node().handle("order.sweep", (arguments, job) -> runs.incrementAndGet()).start();
		JobId id = this.jobs.enqueue("order.sweep");
		eventually(() -> admin().find(id).isEmpty());
		assertThat(runs).hasValue(1);
	}

	@Test
	void pruneThatLeftSomethingToRemoveIsFollowedByAnotherSoon() {
		FaultyStore portions = new FaultyStore(this.store);
		AtomicInteger prunes = new AtomicInteger();
		portions.setFault((verb, call) -> {
			if (!verb.equals("prune")) {
				return call.proceed();
			}
			return (prunes.incrementAndGet() < 3) ? (long) JobStore.PRUNED_AT_ONCE : 1L;
		});
		node(portions.store()).start();
		eventually(() -> prunes.get() == 3);
		stays(() -> prunes.get() == 3);
	}

	@Test
	void resultThatIsTooLargeIsDroppedAndTheJobSucceeds() {
		AtomicInteger runs = new AtomicInteger();
		node().handle("order.export", List.of(int.class), (arguments, job) -> {
			runs.incrementAndGet();
			return "x".repeat((int) arguments[0]);
		}).start();
		JobId small = this.jobs.enqueue("order.export", 64 * 1024 - 2);
		JobId large = this.jobs.enqueue("order.export", 64 * 1024 - 1);
		assertThat(await(small, JobState.SUCCEEDED).result()).hasSize(64 * 1024);
		assertThat(await(large, JobState.SUCCEEDED).result()).isNull();
		assertThat(runs).hasValue(2);
	}

	@Test
	void resultThatCannotBeWrittenIsDroppedAndTheJobSucceeds() {
		node().handle("order.export", (arguments, job) -> new Hostile()).start();
		JobRecord job = await(this.jobs.enqueue("order.export"), JobState.SUCCEEDED);
		assertThat(job.result()).isNull();
		assertThat(job.attempt()).isOne();
	}

	@Test
	void resultSurvivesWhateverCharactersItHas() {
		node().handle("order.export", (arguments, job) -> "nul \0, half of a pair \ud83d, emoji \ud83d\ude00").start();
		assertThat(await(this.jobs.enqueue("order.export"), JobState.SUCCEEDED).result()).contains("emoji");
	}

	@Test
	void handlerMayEnqueueOthersAndItself() {
		node().handle("order.count", List.of(int.class), (arguments, job) -> {
			int n = (int) arguments[0];
			return (n > 0) ? this.jobs.enqueue("order.count", n - 1).toString() : "done";
		}).start();
		this.jobs.enqueue("order.count", 20);
		awaitCount(JobState.SUCCEEDED, 21);
	}

	@Test
	void progressIsVisibleWhileTheHandlerRuns() throws Exception {
		Gate half = gate();
		Gate end = gate();
		node().handle("order.export", (arguments, job) -> {
			job.progress(10, null);
			job.progress(50, "half of it");
			half.pass();
			job.progress(90, "nearly \0 done");
			end.pass();
			return null;
		}).start();
		JobId id = this.jobs.enqueue("order.export");
		half.awaitArrival();
		patiently().untilAsserted(() -> assertThat(get(id).progress()).isEqualTo(new JobProgress(50, "half of it")));
		half.open();
		patiently().untilAsserted(
				() -> assertThat(get(id).progress()).isNotNull().extracting(JobProgress::percent).isEqualTo(90));
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		end.open();
		await(id, JobState.SUCCEEDED);
	}

	@Test
	void progressOfManyJobsIsStored() {
		Gate end = gate();
		node().concurrency(50).handle("order.export", (arguments, job) -> {
			job.progress((int) (job.id().value() % 100), "at " + job.id());
			end.pass();
			return null;
		}).start();
		List<JobId> ids = enqueue(50, "order.export");
		patiently().untilAsserted(() -> assertThat(ids).allSatisfy((id) -> assertThat(get(id).progress())
			.isEqualTo(new JobProgress((int) (id.value() % 100), "at " + id))));
		end.open();
		await(ids, JobState.SUCCEEDED);
	}

	@Test
	void progressOutOfRangeIsRefused() {
		node().handle("order.export", (arguments, job) -> {
			for (int percent : Arrays.asList(-1, 101)) {
				assertThatIllegalArgumentException().isThrownBy(() -> job.progress(percent, null));
			}
			return null;
		}).start();
		await(Collections.singleton(this.jobs.enqueue("order.export")), JobState.SUCCEEDED);
	}

	record Order(String name, BigDecimal amount) {
	}

	/**
	 * Nothing that JSON could show.
	 */
	static final class Hostile {

		public String getName() {
			throw new IllegalStateException("Not for you");
		}

	}

}
