package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobContext;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobInvoker;
import io.jobqueue.retry.Backoff;
import io.jobqueue.worker.JobTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a job is told to stop, by its timeout or by a cancellation.
 */
abstract class StopSignalContract extends WorkerContract {

	private static final Duration SHORT = Duration.ofMillis(100);

	private static final Duration LONG = Duration.ofMinutes(1);

	private final Queue<Boolean> activity = new ConcurrentLinkedQueue<>();

	@Test
	void attemptThatTakesTooLongIsInterruptedAndCounts() {
		TestNode node = node().handle(handler("test.run", SHORT, (arguments, job) -> {
			// Not at the beginning: who knows how far the timeout is then.
			try {
				gate().pass();
				return null;
			}
			finally {
				this.activity.add(job.isActive());
			}
		})).start();
		JobId id = this.jobs.job("test.run").maxAttempts(2).backoff(Backoff.fixed(Duration.ZERO)).enqueue();
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(2);
		assertThat(job.failures()).extracting(JobFailure::type)
			.containsExactly(JobTimeoutException.class.getName(), JobTimeoutException.class.getName());
		assertThat(this.activity).containsExactly(false, false);
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.FAILED));
		assertThat(node.events().get(0).failure()).isInstanceOf(JobTimeoutException.class);
	}

	@Test
	void resultThatComesAfterTheTimeoutIsDiscarded() throws Exception {
		Gate gate = gate();
		CompletableFuture<JobContext> running = new CompletableFuture<>();
		node().handle(handler("test.run", SHORT, (arguments, job) -> {
			running.complete(job);
			gate.passStubbornly();
			return "late";
		})).start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).enqueue();
		JobContext job = running.get(60, TimeUnit.SECONDS);
		eventually(() -> !job.isActive());
		stays(() -> state(id) == JobState.RUNNING);
		gate.open();
		JobRecord failed = await(id, JobState.FAILED);
		assertThat(failed.result()).isNull();
		assertThat(failed.failures()).extracting(JobFailure::type).containsExactly(JobTimeoutException.class.getName());
	}

	@Test
	void slotIsFreeOnlyWhenTheThreadHasEnded() throws Exception {
		Gate gate = gate();
		AtomicBoolean wasActive = new AtomicBoolean(true);
		TestNode node = node().concurrency(1).handle(handler("test.run", SHORT, (arguments, job) -> {
			gate.passStubbornly();
			wasActive.set(job.isActive());
			return null;
		})).handle("test.next", (arguments, job) -> null).start();
		JobId runaway = this.jobs.job("test.run").maxAttempts(1).enqueue();
		gate.awaitArrival();
		JobId next = this.jobs.enqueue("test.next");
		patiently().during(Duration.ofMillis(500)).until(() -> state(next) == JobState.AVAILABLE);
		assertThat(node.status().running()).isOne();
		eventually(() -> node.status().runaway() == 1);
		gate.open();
		await(next, JobState.SUCCEEDED);
		await(runaway, JobState.FAILED);
		assertThat(node.status().runaway()).isZero();
		assertThat(wasActive).isFalse();
	}

	@Test
	void timeoutOfTheJobGoesBeforeThatOfTheHandler() {
		Gate never = gate();
		JobInvoker brief = (arguments, job) -> {
			patiently().during(SHORT.multipliedBy(3)).until(job::isActive);
			return null;
		};
		node().handle(handler("test.brief", SHORT, brief)).handle(handler("test.endless", LONG, (arguments, job) -> {
			never.pass();
			return null;
		})).start();
		JobId patient = this.jobs.job("test.brief").timeout(LONG).enqueue();
		JobId impatient = this.jobs.job("test.endless").timeout(SHORT).maxAttempts(1).enqueue();
		await(patient, JobState.SUCCEEDED);
		await(impatient, JobState.FAILED);
	}

	@Test
	void interruptNeverHitsTheNextJobOfTheThread() {
		AtomicInteger hits = new AtomicInteger();
		node().concurrency(2).handle("test.racy", (arguments, job) -> {
			long end = System.nanoTime() + Duration.ofMillis(1).toNanos();
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			return null;
		}).handle("test.clean", (arguments, job) -> {
			for (int i = 0; i < 50; i++) {
				if (Thread.interrupted()) {
					hits.incrementAndGet();
				}
				Thread.yield();
			}
			return null;
		}).start();
		List<JobId> clean = new ArrayList<>();
		List<JobId> racy = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			racy.add(this.jobs.job("test.racy").timeout(Duration.ofMillis(1)).maxAttempts(1).enqueue());
			clean.add(this.jobs.enqueue("test.clean"));
		}
		await(clean, JobState.SUCCEEDED);
		racy.forEach((id) -> eventually(() -> state(id).isFinished()));
		assertThat(hits).hasValue(0);
	}

	@Test
	void waitingJobThatIsCancelledNeverRuns() {
		AtomicInteger runs = new AtomicInteger();
		JobId waiting = this.jobs.enqueue("test.run");
		JobId scheduled = this.jobs.job("test.run").in(Duration.ofSeconds(1)).enqueue();
		assertThat(admin().cancel(List.of(waiting, scheduled))).isEqualTo(2);
		node().handle("test.run", (arguments, job) -> runs.incrementAndGet()).start();
		this.fixture.advance(Duration.ofSeconds(2));
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(runs).hasValue(1);
		assertThat(state(waiting)).isEqualTo(JobState.CANCELLED);
		assertThat(state(scheduled)).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void runningJobIsCancelledFromAnotherProcess() throws Exception {
		Gate started = gate();
		TestNode node = node().handle("test.run", (arguments, job) -> {
			return waitForInterrupt(job, started);
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		started.pass();
		assertThat(otherStore().admin().cancel(id)).isTrue();
		JobRecord job = await(id, JobState.CANCELLED);
		assertThat(job.result()).isNull();
		assertThat(this.activity).containsExactly(true, false);
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.CANCELLED));
		await(node, 0);
	}

	@Test
	void manyRunningJobsAreCancelledAndTheirSlotsAreFree() {
		TestNode node = node().concurrency(20)
			.handle("test.run", this::waitForInterrupt)
			.handle("test.next", (arguments, job) -> Thread.currentThread().isInterrupted())
			.start();
		List<JobId> ids = enqueue(20, "test.run");
		await(node, 20);
		assertThat(admin().cancel(ids)).isEqualTo(20);
		await(ids, JobState.CANCELLED);
		List<JobId> next = enqueue(40, "test.next");
		await(next, JobState.SUCCEEDED);
		assertThat(next).allSatisfy((id) -> assertThat(get(id).result()).isEqualTo("false"));
	}

	@Test
	void cancelledJobThatGoesOnEndsAsCancelledWhenItsThreadEnds() throws Exception {
		Gate gate = gate();
		CompletableFuture<JobContext> running = new CompletableFuture<>();
		node().handle("test.run", (arguments, job) -> {
			running.complete(job);
			gate.passStubbornly();
			return "late";
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		JobContext job = running.get(60, TimeUnit.SECONDS);
		assertThat(admin().cancel(id)).isTrue();
		eventually(() -> !job.isActive());
		stays(() -> state(id) == JobState.RUNNING);
		gate.open();
		assertThat(await(id, JobState.CANCELLED).result()).isNull();
	}

	@Test
	void jobThatWaitsForAThreadNeverRunsAfterItsCancellation() {
		Gate gate = gate();
		AtomicInteger runs = new AtomicInteger();
		AtomicInteger heartbeats = new AtomicInteger();
		FaultyStore observed = new FaultyStore(this.store);
		observed.setFault((verb, call) -> {
			heartbeats.addAndGet(verb.equals("heartbeat") ? 1 : 0);
			return call.proceed();
		});
		TestNode node = node(observed.store()).threadsBehind(gate, 0)
			.handle("test.run", (arguments, job) -> runs.incrementAndGet())
			.start();
		List<JobId> ids = enqueue(3, "test.run");
		eventually(() -> node.status().waiting() == 3);
		admin().cancel(ids);
		// The node has learnt of it when it asks for the second time.
		int before = heartbeats.get();
		eventually(() -> heartbeats.get() >= before + 2);
		gate.open();
		await(ids, JobState.CANCELLED);
		assertThat(runs).hasValue(0);
	}

	@Test
	void finishedJobIsNotCancelled() {
		node().handle("test.run", (arguments, job) -> null).start();
		JobId id = this.jobs.enqueue("test.run");
		await(id, JobState.SUCCEEDED);
		assertThat(admin().cancel(id)).isFalse();
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void jobThatIsCancelledWhileItFailsIsNotTriedAgain() throws Exception {
		Gate gate = gate();
		AtomicInteger runs = new AtomicInteger();
		FaultyStore deaf = new FaultyStore(this.store);
		node(deaf.store()).handle("test.run", (arguments, job) -> {
			runs.incrementAndGet();
			gate.pass();
			throw new IllegalStateException("No luck");
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		// The node does not learn of the cancellation before the attempt ends.
		deaf.fail("heartbeat");
		admin().cancel(id);
		gate.open();
		await(id, JobState.CANCELLED);
		stays(() -> runs.get() == 1);
	}

	private @Nullable Object waitForInterrupt(@Nullable Object[] arguments, JobContext job)
			throws InterruptedException {
		return waitForInterrupt(job, gate());
	}

	private @Nullable Object waitForInterrupt(JobContext job, Gate started) throws InterruptedException {
		this.activity.add(job.isActive());
		started.open();
		try {
			gate().pass();
			return null;
		}
		finally {
			this.activity.add(job.isActive());
		}
	}

	private static void await(TestNode node, int running) {
		eventually(() -> node.status().running() == running);
	}

	private static JobHandler handler(String name, Duration timeout, JobInvoker invoker) {
		return new JobHandler(name, QUEUE, 0, null, timeout, null, List.of(), null, null, invoker);
	}

}
