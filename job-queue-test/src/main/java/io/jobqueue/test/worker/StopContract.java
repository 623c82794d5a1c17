package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.store.Exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * How a worker stops: it drains, interrupts, gives back, and costs no job an attempt.
 */
abstract class StopContract extends WorkerContract {

	/**
	 * Far more than a stop takes on a slow machine, far less than what it must not wait
	 * for.
	 */
	private static final Duration PROMPT = Duration.ofSeconds(20);

	private static final Duration PATIENT = Duration.ofSeconds(50);

	@Test
	void stopWaitsForRunningJobs() throws Exception {
		Gate gate = gate();
		TestNode node = node().shutdownTimeout(PATIENT).handle("test.run", (arguments, job) -> {
			gate.pass();
			return job.isActive();
		}).toldAfterItsStop().start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		stays(() -> !stop.isDone());
		gate.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		JobRecord job = get(id);
		assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("true");
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.SUCCEEDED));
	}

	@Test
	void jobThatTakesTooLongIsInterruptedAndGivenBackUncounted() throws Exception {
		Gate gate = gate();
		List<Boolean> activity = Collections.synchronizedList(new ArrayList<>());
		TestNode node = node().shutdownTimeout(Duration.ofMillis(100)).handle("test.run", (arguments, job) -> {
			activity.add(job.isActive());
			try {
				gate.pass();
			}
			finally {
				activity.add(job.isActive());
			}
			return null;
		}).toldAfterItsStop().start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).enqueue();
		gate.awaitArrival();
		assertTimeoutPreemptively(PROMPT, node::stop);
		assertGivenBack(id);
		patiently().untilAsserted(() -> assertThat(activity).containsExactly(true, false));
		eventually(() -> node.hasReleased(id));
		assertThat(node.events(id)).isEmpty();
		otherNode().handle("test.run", (arguments, job) -> job.attempt()).start();
		assertThat(await(id, JobState.SUCCEEDED).result()).isEqualTo("1");
	}

	@Test
	void jobThatIgnoresItsInterruptIsGivenBackAndItsLateResultIsNothing() throws Exception {
		Gate gate = gate();
		AtomicInteger ends = new AtomicInteger();
		TestNode node = node().shutdownTimeout(Duration.ofMillis(100)).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			ends.incrementAndGet();
			return "late";
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).enqueue();
		gate.awaitArrival();
		assertTimeoutPreemptively(PROMPT, node::stop);
		assertGivenBack(id);
		otherNode().handle("test.run", (arguments, job) -> "second").start();
		await(id, JobState.SUCCEEDED);
		gate.open();
		eventually(() -> ends.get() == 1);
		stays(() -> "\"second\"".equals(get(id).result()));
		assertThat(get(id).attempt()).isOne();
	}

	@Test
	void jobsThatHaveNotBegunAreBackAtOnce() throws Exception {
		Gate running = gate();
		TestNode node = node().shutdownTimeout(PATIENT)
			.concurrency(4)
			.threadsBehind(gate(), 1)
			.handle("test.block", (arguments, job) -> {
				running.pass();
				return null;
			})
			.handle("test.run", (arguments, job) -> null);
		JobId first = this.jobs.enqueue("test.block");
		List<JobId> waiting = enqueue(3, "test.run");
		node.start();
		running.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		await(waiting, JobState.AVAILABLE);
		waiting.forEach(this::assertGivenBack);
		TestNode other = otherNode().handle("test.run", (arguments, job) -> null).start();
		await(waiting, JobState.SUCCEEDED);
		assertThat(stop).isNotDone();
		running.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		assertThat(state(first)).isEqualTo(JobState.SUCCEEDED);
		other.stop();
	}

	@Test
	void jobsWhoseClaimIsAnsweredDuringTheStopAreBackAtOnce() throws Exception {
		Gate running = gate();
		Gate answer = gate();
		AtomicBoolean isNextSlow = new AtomicBoolean();
		FaultyStore slow = new FaultyStore(this.store);
		// From the beginning: an exchange that is under way does not notice another
		// fault.
		slow.setFault((verb, call) -> {
			Object result = call.proceed();
			if (result instanceof Exchange.Result exchanged && !exchanged.claimed().isEmpty()
					&& isNextSlow.compareAndSet(true, false)) {
				answer.passStubbornly();
			}
			return result;
		});
		TestNode node = node(slow.store()).shutdownTimeout(PATIENT).handle("test.run", (arguments, job) -> {
			running.pass();
			return null;
		}).start();
		JobId first = this.jobs.enqueue("test.run");
		running.awaitArrival();
		isNextSlow.set(true);
		JobId second = this.jobs.enqueue("test.run");
		answer.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		eventually(() -> !node.create().isRunning());
		stays(() -> !stop.isDone());
		answer.open();
		await(second, JobState.AVAILABLE);
		assertGivenBack(second);
		assertThat(stop).isNotDone();
		running.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		assertThat(state(first)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void nothingStartsDuringAndAfterAStop() throws Exception {
		Gate gate = gate();
		AtomicInteger runs = new AtomicInteger();
		TestNode node = blocked("test.block", gate).handle("test.run", (arguments, job) -> runs.incrementAndGet())
			.start();
		this.jobs.enqueue("test.block");
		gate.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		eventually(() -> !node.create().isRunning());
		stays(() -> !stop.isDone());
		List<JobId> late = enqueue(5, "test.run");
		stays(() -> runs.get() == 0);
		gate.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		stays(() -> runs.get() == 0);
		assertThat(late).allSatisfy((id) -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
	}

	@Test
	void timeoutHoldsDuringAStop() throws Exception {
		Gate gate = gate();
		TestNode node = blocked("test.run", gate).start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).timeout(Duration.ofMillis(500)).enqueue();
		gate.awaitArrival();
		assertTimeoutPreemptively(PROMPT, node::stop);
		assertThat(state(id)).isEqualTo(JobState.FAILED);
	}

	@Test
	void nodeIsGoneAfterItsStop() {
		TestNode node = node().handle("test.run", (arguments, job) -> null).start();
		eventually(() -> node.status().node() != null);
		assertThat(admin().nodes()).hasSize(1);
		node.stop();
		patiently().untilAsserted(() -> assertThat(admin().nodes()).isEmpty());
		assertThat(node.create().status()).isNull();
		assertThat(node.create().isRunning()).isFalse();
	}

	@Test
	void stopTwiceAndStartTwiceAreHarmless() {
		TestNode node = node().handle("test.run", (arguments, job) -> null).start();
		node.start();
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(admin().nodes()).hasSize(1);
		node.stop();
		node.stop();
		assertThat(node.create().isRunning()).isFalse();
		JobId id = this.jobs.enqueue("test.run");
		stays(() -> state(id) == JobState.AVAILABLE);
		node.start();
		await(id, JobState.SUCCEEDED);
		assertThat(node.create().isRunning()).isTrue();
	}

	@Test
	void stopWithCallbackCallsItWhenItIsDone() throws Exception {
		Gate gate = gate();
		TestNode node = blocked("test.run", gate).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		CompletableFuture<JobState> stateAtTheEnd = new CompletableFuture<>();
		node.create().stop(() -> stateAtTheEnd.complete(state(id)));
		stays(() -> !stateAtTheEnd.isDone());
		gate.open();
		assertThat(stateAtTheEnd.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(JobState.SUCCEEDED);
		CompletableFuture<Boolean> again = new CompletableFuture<>();
		node.create().stop(() -> again.complete(true));
		assertThat(again.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void stopOfAStoreThatFailsReturns() {
		assertThatStopReturns((verb, call) -> FaultyStore.DOWN.call(verb, call));
	}

	@Test
	void stopOfAStoreThatHangsReturns() {
		Gate hanging = gate();
		assertThatStopReturns((verb, call) -> {
			hanging.passStubbornly();
			return call.proceed();
		});
	}

	private void assertThatStopReturns(FaultyStore.Fault fault) {
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode node = node(faulty.store()).shutdownTimeout(Duration.ofMillis(300))
			.handle("test.run", (arguments, job) -> {
				gate.pass();
				return null;
			})
			.start();
		List<JobId> ids = enqueue(10, "test.run");
		eventually(() -> node.status().running() == 4);
		faulty.setFault(fault);
		assertTimeoutPreemptively(PROMPT, node::stop);
		assertThat(node.create().isRunning()).isFalse();
		gate.open();
		this.fixture.advance(DEAD_AFTER);
		this.store.rescue(DEAD_AFTER);
		otherNode().handle("test.run", (arguments, job) -> null).start();
		await(ids, JobState.SUCCEEDED);
	}

	@Test
	void stopWaitsForAStoreThatIsSlowToSettleWhatIsDone() throws Exception {
		Gate slow = gate();
		AtomicInteger runs = new AtomicInteger();
		FaultyStore faulty = new FaultyStore(this.store);
		faulty.setFault((verb, call) -> {
			if (verb.equals("exchange") && !((Exchange) call.argument(0)).outcomes().isEmpty()) {
				slow.passStubbornly();
			}
			return call.proceed();
		});
		TestNode node = node(faulty.store()).shutdownTimeout(PATIENT)
			.handle("test.run", (arguments, job) -> runs.incrementAndGet())
			.start();
		JobId id = this.jobs.enqueue("test.run");
		slow.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		patiently().during(Duration.ofSeconds(2)).until(() -> !stop.isDone());
		slow.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(runs).hasValue(1);
	}

	@Test
	void stopOfAnInterruptedThreadStopsAllTheSame() throws Exception {
		Gate gate = gate();
		TestNode node = blocked("test.run", gate).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		CompletableFuture<Boolean> isStillInterrupted = CompletableFuture.supplyAsync(() -> {
			Thread.currentThread().interrupt();
			node.stop();
			return Thread.interrupted();
		});
		assertThat(isStillInterrupted.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await(id, JobState.AVAILABLE);
		assertGivenBack(id);
		assertThatNoThreadIsLeft();
	}

	@Test
	void handlerMayStopItsOwnWorker() throws Exception {
		CompletableFuture<Boolean> isStopped = new CompletableFuture<>();
		TestNode node = node().shutdownTimeout(Duration.ofMillis(300));
		node.handle("test.run", (arguments, job) -> {
			node.stop();
			isStopped.complete(!node.create().isRunning());
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		assertThat(isStopped.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await(id, JobState.AVAILABLE);
		assertThatNoThreadIsLeft();
	}

	@Test
	void startDuringAStopBeginsWhenItIsDone() throws Exception {
		Gate gate = gate();
		TestNode node = blocked("test.block", gate).handle("test.run", (arguments, job) -> null).start();
		JobId blocked = this.jobs.enqueue("test.block");
		gate.awaitArrival();
		CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);
		eventually(() -> !node.create().isRunning());
		CompletableFuture<TestNode> start = CompletableFuture.supplyAsync(node::start);
		gate.open();
		stop.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		start.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		await(blocked, JobState.SUCCEEDED);
		List<JobId> ids = enqueue(5, "test.run");
		await(ids, JobState.SUCCEEDED);
		patiently().untilAsserted(
				() -> assertThat(ids).allSatisfy((id) -> assertThat(node.events(id)).containsExactly(Type.SUCCEEDED)));
	}

	@Test
	void nothingIsLostWhenWorkersStartAndStopAllTheTime() throws Exception {
		Map<JobId, Integer> attempts = new ConcurrentHashMap<>();
		TestNode node = node().handle("test.run",
				(arguments, job) -> attempts.merge(job.id(), job.attempt(), Math::max));
		AtomicBoolean isOver = new AtomicBoolean();
		CompletableFuture<List<JobId>> producer = CompletableFuture.supplyAsync(() -> {
			List<JobId> ids = new ArrayList<>();
			while (!isOver.get()) {
				// Some of them wait at each stop, but never so many that the end is far.
				if (ids.size() - attempts.size() < 500) {
					ids.addAll(enqueue(3, "test.run"));
				}
				Thread.yield();
			}
			return ids;
		});
		for (int i = 0; i < 50; i++) {
			node.start();
			int before = attempts.size();
			eventually(() -> attempts.size() > before);
			node.stop();
		}
		isOver.set(true);
		List<JobId> ids = producer.get(PROMPT.toSeconds(), TimeUnit.SECONDS);
		node.start();
		awaitCount(JobState.SUCCEEDED, ids.size());
		assertThat(attempts).containsOnlyKeys(ids);
		assertThat(attempts.values()).containsOnly(1);
	}

	@Test
	void stoppedWorkerLeavesNoThreadBehind() {
		TestNode node = node().handle("test.run", (arguments, job) -> null).start();
		await(enqueue(20, "test.run"), JobState.SUCCEEDED);
		node.stop();
		assertThatNoThreadIsLeft();
	}

	private static void assertThatNoThreadIsLeft() {
		patiently().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("job-queue-fetcher") || name.startsWith("job-queue-lease")
					|| name.startsWith("job-queue-maintenance") || name.startsWith("job-queue-clockwork")
					|| name.startsWith("job-queue-events")));
	}

	private void assertGivenBack(JobId id) {
		patiently().untilAsserted(() -> assertThat(state(id)).isEqualTo(JobState.AVAILABLE));
		JobRecord job = get(id);
		assertThat(job.attempt()).isZero();
		assertThat(job.abandonments()).isZero();
		assertThat(job.failures()).isEmpty();
	}

	/**
	 * Return a node whose stop has time, and whose jobs of one handler wait at a gate.
	 */
	private TestNode blocked(String handler, Gate gate) {
		return node().shutdownTimeout(PATIENT).handle(handler, (arguments, job) -> {
			gate.pass();
			return null;
		});
	}

}
