package io.jobqueue.test.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which job is next.
 */
abstract class OrderContract extends WorkerContract {

	private static final int MAX_TRIES = 50;

	private final List<JobId> runs = Collections.synchronizedList(new ArrayList<>());

	private final List<String> queues = Collections.synchronizedList(new ArrayList<>());

	@Test
	void jobsOfOneQueueRunByPriorityThenByArrival() {
		Random random = new Random(42);
		List<JobId> low = new ArrayList<>();
		List<JobId> usual = new ArrayList<>();
		List<JobId> high = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			switch (random.nextInt(3)) {
				case 0 -> low.add(this.jobs.job("test.run").priority(-5).enqueue());
				case 1 -> high.add(this.jobs.job("test.run").priority(100).enqueue());
				default -> usual.add(this.jobs.enqueue("test.run"));
			}
		}
		recording(PoolOptions.of(1, QUEUE)).start();
		eventually(() -> this.runs.size() == 60);
		List<JobId> expected = new ArrayList<>(high);
		expected.addAll(usual);
		expected.addAll(low);
		assertThat(this.runs).isEqualTo(expected);
	}

	@Test
	void jobThatArrivesWithHigherPriorityOvertakesThoseThatWait() throws Exception {
		Gate gate = gate();
		recording(PoolOptions.of(1, QUEUE)).handle("test.block", (arguments, job) -> {
			gate.pass();
			return null;
		}).start();
		this.jobs.enqueue("test.block");
		gate.awaitArrival();
		List<JobId> usual = enqueue(20, "test.run");
		JobId high = this.jobs.job("test.run").priority(1).enqueue();
		gate.open();
		eventually(() -> this.runs.size() == 21);
		assertThat(this.runs.get(0)).isEqualTo(high);
		assertThat(this.runs.subList(1, 21)).isEqualTo(usual);
	}

	@Test
	void jobsOfHigherPrioritiesAreNextAlthoughTheNodeHasTakenAllItHasRoomFor() throws Exception {
		assertNext(PoolOptions.of(10, QUEUE),
				() -> IntStream.of(1, 3, 2, 4).mapToObj((priority) -> enqueueUrgent(QUEUE, priority)).toList(), 3, 1, 2,
				0);
	}

	@Test
	void jobOfAStricterQueueIsNextAlthoughTheNodeHasTakenAllItHasRoomFor() throws Exception {
		assertNext(PoolOptions.of(10, "high", QUEUE), () -> List.of(enqueueUrgent("high", 0)), 0);
	}

	/**
	 * Let one thread of a node run a job, while the others do not begin, so that the node
	 * holds nine jobs of the usual priority. Then let others arrive, and see which of
	 * them run next. After a second the node gives back what it holds, so a try that
	 * takes that long says nothing.
	 */
	private void assertNext(PoolOptions pool, Supplier<List<JobId>> arrivals, int... order) throws Exception {
		for (int i = 0; i < MAX_TRIES; i++) {
			Gate gate = gate();
			this.runs.clear();
			TestNode node = recording(pool).threadsBehind(gate(), 1).handle("test.block", (arguments, job) -> {
				gate.pass();
				return null;
			}).start();
			this.jobs.enqueue("test.block");
			gate.awaitArrival();
			long start = System.nanoTime();
			enqueue(9, "test.run");
			eventually(() -> node.status().waiting() == 9);
			List<JobId> arrived = arrivals.get();
			await(arrived, JobState.RUNNING);
			// The store knows that before the node does.
			eventually(() -> node.status().waiting() == 9 + arrived.size());
			gate.open();
			eventually(() -> this.runs.size() == 9 + arrived.size());
			boolean hasHeldAll = System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(900);
			node.stop();
			if (hasHeldAll) {
				assertThat(this.runs.subList(0, arrived.size()))
					.isEqualTo(IntStream.of(order).mapToObj(arrived::get).toList());
				return;
			}
		}
		throw new AssertionError("This machine is too slow to see anything");
	}

	private JobId enqueueUrgent(String queue, int priority) {
		return this.jobs.job("test.run").queue(queue).priority(priority).enqueue();
	}

	@Test
	void strictQueuesAreEmptiedOneAfterTheOther() {
		enqueueTo("low", 20);
		enqueueTo("high", 20);
		enqueueTo("low", 20);
		enqueueTo("high", 20);
		recording(PoolOptions.of(1, "high", "low")).start();
		eventually(() -> this.queues.size() == 80);
		assertThat(this.queues.subList(0, 40)).containsOnly("high");
		assertThat(this.queues.subList(40, 80)).containsOnly("low");
	}

	@Test
	void jobOfAStricterQueueGoesBeforeThoseThatWait() throws Exception {
		Gate gate = gate();
		recording(PoolOptions.of(1, "high", "low")).handle("test.block", (arguments, job) -> {
			gate.pass();
			return null;
		}).start();
		this.jobs.job("test.block").queue("low").enqueue();
		gate.awaitArrival();
		enqueueTo("low", 10);
		enqueueTo("high", 10);
		gate.open();
		eventually(() -> this.queues.size() == 20);
		assertThat(this.queues.subList(0, 10)).containsOnly("high");
	}

	@Test
	void weightedQueuesAreServedInProportion() {
		assertProportions(PoolOptions.DEFAULT_MAX_PREFETCH);
	}

	@Test
	void weightedQueuesAreServedInProportionWithoutPrefetch() {
		assertProportions(0);
	}

	private void assertProportions(int maxPrefetch) {
		List.of("c", "b", "a").forEach((queue) -> enqueueTo(queue, 600));
		recording(
				new PoolOptions("weighted", List.of(share("a", 6), share("b", 3), share("c", 1)), true, 1, maxPrefetch))
			.start();
		eventually(() -> this.queues.size() == 1800);
		// As long as none is empty.
		List<String> start = this.queues.subList(0, 900);
		assertThat(count(start, "a")).isBetween(440L, 640L);
		assertThat(count(start, "b")).isBetween(200L, 340L);
		assertThat(count(start, "c")).isBetween(50L, 130L);
		// None starves on the way.
		for (int i = 0; i < 900; i += 150) {
			assertThat(this.queues.subList(i, i + 150)).contains("a", "b", "c");
		}
	}

	@Test
	void weightedQueueThatIsAloneIsServedAtOnce() {
		enqueueTo("c", 200);
		recording(new PoolOptions("weighted", List.of(share("a", 1000), share("c", 1)), true, 1, 0)).withoutPolling()
			.start();
		eventually(() -> this.queues.size() == 200);
	}

	@Test
	void queuesOfOtherPoolsAreNotTouched() {
		List<JobId> a = enqueueTo("a", 30);
		List<JobId> b = enqueueTo("b", 30);
		List<JobId> c = enqueueTo("c", 30);
		recording(PoolOptions.of(2, "a")).start();
		await(a, JobState.SUCCEEDED);
		assertThat(b).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
		recording(PoolOptions.of(2, "b")).start();
		await(b, JobState.SUCCEEDED);
		assertThat(c).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
		assertThat(this.queues).hasSize(60).doesNotContain("c");
	}

	@Test
	void poolsOfOneWorkerDoNotWaitForEachOther() throws Exception {
		Gate gate = gate();
		recording(new PoolOptions("first", List.of(QueueShare.of("slow")), false, 2, 0),
				new PoolOptions("second", List.of(QueueShare.of("quick")), false, 1, 0))
			.handle("test.block", (arguments, job) -> {
				gate.pass();
				return null;
			})
			.start();
		List<JobId> blocked = IntStream.range(0, 5)
			.mapToObj((i) -> this.jobs.job("test.block").queue("slow").enqueue())
			.toList();
		gate.awaitArrival();
		await(enqueueTo("quick", 50), JobState.SUCCEEDED);
		gate.open();
		await(blocked, JobState.SUCCEEDED);
	}

	private static QueueShare share(String queue, int weight) {
		return new QueueShare(queue, weight, Integer.MAX_VALUE);
	}

	private static long count(List<String> list, String element) {
		return list.stream().filter(element::equals).count();
	}

	private TestNode recording(PoolOptions... pools) {
		return node().pools(pools).handle("test.run", (arguments, job) -> {
			this.runs.add(job.id());
			this.queues.add(job.queue());
			return null;
		});
	}

	private List<JobId> enqueueTo(String queue, int count) {
		return this.jobs
			.enqueueAll(IntStream.range(0, count).mapToObj((i) -> this.jobs.job("test.run").queue(queue).request()));
	}

}
