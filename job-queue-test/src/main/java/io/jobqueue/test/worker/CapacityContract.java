package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much a worker takes, and how much runs at once.
 */
abstract class CapacityContract extends WorkerContract {

	@Test
	void eachEndOfAJobLetsTheNextOfALimitedQueueStart() throws Exception {
		List<Gate> gates = Stream.generate(this::gate).limit(6).toList();
		List<JobId> started = Collections.synchronizedList(new ArrayList<>());
		node().withoutPolling().pools(limited(8, 2)).handle("test.run", List.of(int.class), (arguments, job) -> {
			started.add(job.id());
			gates.get((int) arguments[0]).pass();
			return null;
		}).start();
		List<JobId> ids = IntStream.range(0, 6).mapToObj((i) -> this.jobs.enqueue("test.run", i)).toList();
		for (int i = 0; i < 5; i++) {
			gates.get(i).awaitArrival();
			gates.get(i + 1).awaitArrival();
			assertThat(started).hasSize(i + 2).containsAll(ids.subList(0, i + 2));
			gates.get(i).open();
		}
		gates.get(5).open();
		await(ids, JobState.SUCCEEDED);
	}

	@Test
	void limitOfAQueueHoldsInBursts() {
		Counter limited = new Counter();
		CountDownLatch both = new CountDownLatch(2);
		node().pools(limited(8, 2)).handle("test.run", (arguments, job) -> {
			limited.enter();
			both.countDown();
			boolean isComplete = both.await(60, TimeUnit.SECONDS);
			for (int i = 0; i < 20; i++) {
				Thread.yield();
			}
			limited.leave();
			return isComplete;
		}).start();
		for (int i = 0; i < 3; i++) {
			await(enqueue(200, "test.run"), JobState.SUCCEEDED);
		}
		assertThat(limited.most).hasValue(2);
	}

	@Test
	void limitedQueueLeavesTheOtherThreadsToOtherQueues() throws Exception {
		Gate gate = gate();
		node().withoutPolling()
			.pools(new PoolOptions("mixed", List.of(new QueueShare("few", 1, 1), QueueShare.of(QUEUE)), false, 3, 1000))
			.handle("test.block", (arguments, job) -> {
				gate.pass();
				return null;
			})
			.handle("test.run", (arguments, job) -> null)
			.start();
		List<JobId> few = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			few.add(this.jobs.job("test.block").queue("few").enqueue());
		}
		gate.awaitArrival();
		await(enqueue(100, "test.run"), JobState.SUCCEEDED);
		gate.open();
		await(few, JobState.SUCCEEDED);
	}

	@Test
	void poolRunsAsManyJobsAtOnceAsItHasThreads() {
		Counter counter = new Counter();
		CountDownLatch all = new CountDownLatch(6);
		node().concurrency(6).handle("test.run", (arguments, job) -> {
			counter.enter();
			all.countDown();
			boolean isComplete = all.await(60, TimeUnit.SECONDS);
			counter.leave();
			return isComplete;
		}).start();
		await(enqueue(100, "test.run"), JobState.SUCCEEDED);
		assertThat(counter.most).hasValue(6);
		assertThat(all.getCount()).isZero();
	}

	@Test
	void jobsAreLeftToOthersWhenAllThreadsAreBusy() {
		Gate gate = gate();
		TestNode busy = node().concurrency(2).handle("test.run", (arguments, job) -> {
			gate.pass();
			return null;
		}).start();
		List<JobId> ids = enqueue(40, "test.run");
		eventually(() -> busy.status().running() == 2);
		stays(() -> count(JobState.RUNNING) <= 4);
		assertThat(busy.status().waiting()).isLessThanOrEqualTo(2);
		otherNode().handle("test.run", (arguments, job) -> null).start();
		awaitCount(JobState.SUCCEEDED, 38);
		assertThat(busy.status().running()).isEqualTo(2);
		gate.open();
		await(ids, JobState.SUCCEEDED);
	}

	@Test
	void jobsThatWaitBehindALongOneAreGivenToAnotherNode() throws Exception {
		Gate gate = gate();
		TestNode busy = node().concurrency(1).handle("test.block", (arguments, job) -> {
			gate.pass();
			return null;
		}).handle("test.run", (arguments, job) -> null);
		// Quick ones first, so that the worker takes many in advance.
		this.jobs.enqueueAll(Stream.of("test.run", "test.block", "test.run")
			.flatMap((handler) -> Stream.generate(() -> this.jobs.job(handler).request())
				.limit(handler.equals("test.run") ? 1500 : 1)));
		busy.start();
		gate.awaitArrival();
		otherNode().handle("test.run", (arguments, job) -> null).start();
		awaitCount(JobState.SUCCEEDED, 3000);
		assertThat(busy.status().running()).isOne();
		gate.open();
		awaitCount(JobState.SUCCEEDED, 3001);
	}

	@Test
	void jobThatIsGivenBackIsNotCounted() {
		Gate gate = gate();
		TestNode node = node().concurrency(2)
			.threadsBehind(gate, 0)
			.handle("test.run", (arguments, job) -> job.attempt())
			.start();
		JobId id = this.jobs.enqueue("test.run");
		// Nobody runs it, so it is given back, and taken again.
		eventually(() -> node.hasReleased(id));
		gate.open();
		assertThat(await(id, JobState.SUCCEEDED).result()).isEqualTo("1");
	}

	@Test
	void twoNodesRunEachJobOnce() {
		Map<JobId, Integer> runs = new ConcurrentHashMap<>();
		List<JobId> ids = new ArrayList<>(enqueue(1000, "test.run"));
		for (TestNode node : List.of(node(), otherNode())) {
			node.handle("test.run", (arguments, job) -> runs.merge(job.id(), 1, Integer::sum)).start();
		}
		for (int i = 0; i < 10; i++) {
			ids.addAll(enqueue(100, "test.run"));
		}
		awaitCount(JobState.SUCCEEDED, 2000);
		assertThat(runs).hasSize(2000).containsOnlyKeys(ids);
		assertThat(runs.values()).containsOnly(1);
	}

	@Test
	void backlogDoesNotGrowWhatAWorkerHolds() {
		Gate gate = gate();
		AtomicInteger runs = new AtomicInteger();
		for (int i = 0; i < 10; i++) {
			enqueue(10_000, "test.run");
		}
		TestNode node = node().concurrency(4).handle("test.run", (arguments, job) -> {
			if (runs.incrementAndGet() > 30_000) {
				gate.pass();
			}
			return null;
		}).start();
		patiently().atMost(Duration.ofMinutes(3)).until(() -> {
			assertThat(node.status().waiting()).isLessThanOrEqualTo(PoolOptions.DEFAULT_MAX_PREFETCH + 4);
			return runs.get() > 30_000;
		});
		// What was taken in advance goes back, and no more is taken.
		eventually(() -> node.status().waiting() == 0);
		stays(() -> node.status().waiting() <= 4);
		gate.open();
		node.stop();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void tenThousandJobsRunAtOnceOnVirtualThreads() {
		int count = 10_000;
		CountDownLatch all = new CountDownLatch(count);
		SimpleAsyncTaskExecutor virtual = new SimpleAsyncTaskExecutor("test-virtual-");
		virtual.setVirtualThreads(true);
		TestNode node = node().threads(virtual).concurrency(count).handle("test.run", (arguments, job) -> {
			all.countDown();
			return all.await(120, TimeUnit.SECONDS) && Thread.currentThread().getName().startsWith("test-virtual-");
		}).start();
		List<JobId> ids = enqueue(count, "test.run");
		awaitCount(JobState.SUCCEEDED, count);
		assertThat(all.getCount()).isZero();
		assertThat(get(ids.get(count - 1)).result()).isEqualTo("true");
		assertThat(get(ids.get(0)).attempt()).isOne();
		node.stop();
	}

	private static PoolOptions limited(int concurrency, int limit) {
		return new PoolOptions("limited", List.of(new QueueShare(QUEUE, 1, limit)), false, concurrency, 1000);
	}

	/**
	 * Counts how many run at the same time. Thread-safe.
	 */
	private static final class Counter {

		private final AtomicInteger now = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		void enter() {
			int running = this.now.incrementAndGet();
			this.most.accumulateAndGet(running, Math::max);
		}

		void leave() {
			this.now.decrementAndGet();
		}

	}

}
