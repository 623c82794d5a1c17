package io.jobqueue.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.jobqueue.JobId;
import io.jobqueue.JobRejectedException;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.worker.EphemeralOptions.OnFull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EphemeralWorker}: what is special to it. What it has in common with
 * other workers is in the contract of workers.
 */
@Timeout(120)
class EphemeralWorkerTests {

	private static final Duration NEVER = Duration.ofMinutes(1);

	private EphemeralNode node = node(100, OnFull.THROW);

	private static EphemeralNode node(int capacity, OnFull onFull) {
		return new EphemeralNode(capacity, 1, onFull, NEVER, NEVER);
	}

	private EphemeralNode use(EphemeralNode other) {
		this.node.close();
		this.node = other;
		return other;
	}

	@AfterEach
	void close() {
		this.node.close();
	}

	@Test
	void jobsRunByPriorityAndThenByArrival() throws Exception {
		this.node.worker.start();
		this.node.enqueue("block");
		assertThat(this.node.blocked.await(60, TimeUnit.SECONDS)).isTrue();
		this.node.enqueue(2, "run");
		this.node.enqueue(EphemeralNode.job("run", 5, null));
		this.node.released.countDown();
		patiently().until(() -> this.node.held() == 0);
		assertThat(this.node.ran).containsExactly("4", "2", "3");
	}

	@Test
	void jobsThatComeBeforeTheStartRunAfterIt() {
		List<JobId> ids = this.node.enqueue(3, "run");
		assertThat(ids).containsExactly(new JobId(-1), new JobId(-2), new JobId(-3)).allMatch(JobId::isEphemeral);
		assertThat(this.node.worker.status()).isEqualTo(new EphemeralStatus(0, 3, 0, 0));
		this.node.worker.start();
		patiently().until(() -> this.node.held() == 0);
		assertThat(this.node.ran).containsExactly("1", "2", "3");
	}

	@Test
	void delayedJobRunsAfterItsDelayAndTakesRoomMeanwhile() {
		this.node.worker.start();
		long start = System.nanoTime();
		this.node.handle("late", (arguments, job) -> this.node.ran
			.add((System.nanoTime() - start >= Duration.ofMillis(50).toNanos()) ? "late" : "early"));
		this.node.enqueue(EphemeralNode.job("late", 0, Duration.ofMillis(50)));
		this.node.enqueue(EphemeralNode.job("run", 0, NEVER.multipliedBy(2)));
		patiently().until(() -> this.node.ran.size() == 1);
		assertThat(this.node.ran).containsExactly("late");
		patiently().until(() -> this.node.held() == 1);
	}

	@Test
	void withoutRoomTheEnqueueThrowsAndNothingIsIn() throws Exception {
		use(node(3, OnFull.THROW)).worker.start();
		this.node.enqueue("block");
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue(3, "run"))
			.withMessage("There is no room for 3 ephemeral jobs: this node holds 1 of at most 3"
					+ " (job-queue.ephemeral.capacity)");
		this.node.enqueue(2, "run");
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue("run"));
		this.node.released.countDown();
		patiently().until(() -> this.node.held() == 0);
		assertThat(this.node.ran).hasSize(2);
	}

	@Test
	void withoutRoomJobsAreDropped() {
		use(node(3, OnFull.DROP)).worker.start();
		this.node.enqueue("block");
		assertThat(this.node.enqueue(5, "run")).hasSize(5);
		assertThat(this.node.worker.status().dropped()).isEqualTo(3);
		this.node.released.countDown();
		patiently().until(() -> this.node.held() == 0);
		assertThat(this.node.ran).containsExactly("2", "3");
	}

	@Test
	void withoutRoomTheEnqueueWaits() {
		use(node(2, OnFull.BLOCK)).worker.start();
		this.node.enqueue("block");
		this.node.enqueue("run");
		CompletableFuture<JobId> waiting = CompletableFuture.supplyAsync(() -> this.node.enqueue("run"));
		patiently().during(Duration.ofMillis(100)).until(() -> !waiting.isDone());
		this.node.released.countDown();
		assertThat(waiting).succeedsWithin(NEVER);
		patiently().until(() -> this.node.ran.size() == 2);
	}

	@Test
	void enqueueThatWaitsInVainThrows() {
		use(new EphemeralNode(1, 1, OnFull.BLOCK, Duration.ofMillis(10), NEVER)).worker.start();
		this.node.enqueue("block");
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue("run"))
			.withMessageEndingWith("and none of them ended within PT0.01S");
	}

	@Test
	void moreJobsThanCanEverGetInAreRefusedAtOnce() {
		use(node(2, OnFull.BLOCK)).worker.start();
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue(3, "run"))
			.withMessageContaining("no room for 3 ephemeral jobs");
	}

	@Test
	void interruptEndsTheWaitForRoom() {
		use(node(1, OnFull.BLOCK)).worker.start();
		this.node.enqueue("block");
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue("run"))
			.withMessageContaining("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void jobThatWillBeRetriedKeepsItsRoom() {
		use(node(1, OnFull.THROW)).worker.start();
		this.node.handle("fail", (arguments, job) -> {
			throw new RetryJobException(NEVER.multipliedBy(2));
		});
		JobId id = this.node.enqueue("fail");
		patiently().until(() -> this.node.events(id).equals(List.of(Type.RETRIED)));
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue("run"));
	}

	@Test
	void stopLetsAllJobsEndAlsoThoseThatTheyEnqueue() {
		AtomicInteger retries = new AtomicInteger();
		this.node.handle("chain", (arguments, job) -> {
			this.node.enqueue("run");
			if (retries.incrementAndGet() < 3) {
				throw new SnoozeJobException(Duration.ofMillis(10));
			}
			return null;
		});
		this.node.worker.start();
		this.node.enqueue(10, "chain");
		this.node.worker.stop();
		assertThat(this.node.ran).hasSize(12);
		assertThat(this.node.worker.status()).isEqualTo(new EphemeralStatus(0, 0, 0, 0));
		tellAll();
		patiently()
			.until(() -> this.node.events.stream().filter((event) -> event.type() == Type.SUCCEEDED).count() == 22);
	}

	@Test
	void retryThatWouldComeAfterTheStopIsLostAtOnce() {
		this.node.handle("fail", (arguments, job) -> {
			throw new RetryJobException(NEVER.multipliedBy(2));
		});
		this.node.worker.start();
		JobId id = this.node.enqueue("fail");
		patiently().until(() -> this.node.events(id).equals(List.of(Type.RETRIED)));
		this.node.worker.stop();
		assertThat(this.node.worker.status()).isEqualTo(new EphemeralStatus(0, 0, 0, 1));
		tellAll();
		patiently().until(() -> this.node.events(id).equals(List.of(Type.RETRIED, Type.RELEASED)));
	}

	@Test
	void whatHasNotEndedInTimeIsInterruptedOrLost() {
		use(new EphemeralNode(100, 1, OnFull.THROW, NEVER, Duration.ZERO)).worker.start();
		JobId running = this.node.enqueue("block");
		List<JobId> waiting = this.node.enqueue(2, "run");
		patiently().until(() -> this.node.worker.status().running() == 1);
		this.node.worker.stop();
		assertThat(this.node.ran).isEmpty();
		assertThat(this.node.worker.status()).isEqualTo(new EphemeralStatus(0, 0, 0, 3));
		tellAll();
		patiently().until(() -> this.node.events(running).equals(List.of(Type.RELEASED)));
		assertThat(waiting)
			.allSatisfy((id) -> patiently().until(() -> this.node.events(id).equals(List.of(Type.RELEASED))));
	}

	@Test
	void stopDoesNotWaitForAHandlerThatIgnoresItsInterrupt() throws Exception {
		use(new EphemeralNode(100, 1, OnFull.THROW, NEVER, Duration.ZERO)).worker.start();
		CountDownLatch hasEnded = new CountDownLatch(1);
		this.node.handle("stubborn", (arguments, job) -> {
			this.node.blocked.countDown();
			while (this.node.released.getCount() > 0) {
				Thread.onSpinWait();
			}
			hasEnded.countDown();
			return null;
		});
		JobId id = this.node.enqueue("stubborn");
		// A thread that has taken it may not have begun.
		assertThat(this.node.blocked.await(60, TimeUnit.SECONDS)).isTrue();
		this.node.worker.stop();
		assertThat(this.node.worker.status().lost()).isOne();
		this.node.released.countDown();
		patiently().until(() -> hasEnded.getCount() == 0);
		tellAll();
		patiently().until(() -> this.node.events(id).equals(List.of(Type.RELEASED)));
		assertThat(this.node.held()).isZero();
	}

	@Test
	void stoppedWorkerTakesNothingAndCanBeStartedAgain() {
		this.node.worker.start();
		this.node.worker.start();
		this.node.worker.stop();
		this.node.worker.stop();
		assertThat(this.node.worker.isRunning()).isFalse();
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.node.enqueue("run"))
			.withMessage("This node has stopped: it takes no ephemeral jobs any more");
		this.node.worker.start();
		JobId id = this.node.enqueue("run");
		patiently().until(() -> this.node.events(id).equals(List.of(Type.SUCCEEDED)));
		assertThat(this.node.held()).isZero();
	}

	@Test
	void stopWakesThoseWhoWaitForRoom() {
		use(new EphemeralNode(1, 1, OnFull.BLOCK, NEVER, Duration.ZERO)).worker.start();
		this.node.enqueue("block");
		CompletableFuture<JobId> waiting = CompletableFuture.supplyAsync(() -> this.node.enqueue("run"));
		patiently().during(Duration.ofMillis(50)).until(() -> !waiting.isDone());
		this.node.worker.stop();
		assertThat(waiting).failsWithin(NEVER)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(JobRejectedException.class);
	}

	/**
	 * Let listeners be told what they may not have been told before the stop, which does
	 * not wait for them.
	 */
	private void tellAll() {
		this.node.worker.start();
	}

	private static ConditionFactory patiently() {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).atMost(NEVER);
	}

}
