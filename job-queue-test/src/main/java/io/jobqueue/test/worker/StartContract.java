package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.QueueStatus;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.worker.PoolOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a job starts, and where.
 */
abstract class StartContract extends WorkerContract {

	@Test
	void idleWorkerStartsAJobWithoutWaitingForItsPoll() {
		node().withoutPolling().handle("test.run", (arguments, job) -> null).start();
		for (int i = 0; i < 20; i++) {
			await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		}
	}

	@Test
	void idleWorkerStartsAJobOfAnotherProcessWithoutWaitingForItsPoll() {
		otherNode().withoutPolling().handle("test.run", (arguments, job) -> null).start();
		for (int i = 0; i < 20; i++) {
			await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		}
	}

	@Test
	void failedJobIsTriedAgainWithoutWaitingForThePoll() {
		node().withoutPolling().handle("test.run", (arguments, job) -> {
			throw new IllegalStateException("No luck");
		}).start();
		await(enqueue(20, "test.run"), JobState.FAILED);
	}

	@Test
	void backlogIsWorkedOffWithoutWaitingForThePoll() {
		enqueue(3000, "test.run");
		node().withoutPolling().concurrency(2).handle("test.run", (arguments, job) -> null).start();
		awaitCount(JobState.SUCCEEDED, 3000);
	}

	@Test
	void futureJobIsNotEarlyAndRunsOnce() {
		AtomicInteger runs = new AtomicInteger();
		node().handle("test.run", (arguments, job) -> runs.incrementAndGet()).start();
		JobId id = this.jobs.job("test.run").in(Duration.ofMinutes(10)).enqueue();
		stays(() -> state(id) == JobState.SCHEDULED);
		this.fixture.advance(Duration.ofMinutes(5));
		stays(() -> state(id) == JobState.SCHEDULED);
		this.fixture.advance(Duration.ofMinutes(5));
		await(id, JobState.SUCCEEDED);
		stays(() -> runs.get() == 1);
	}

	@Test
	void jobForAnInstantRunsThen() {
		node().handle("test.run", (arguments, job) -> job.dueAt()).start();
		JobId id = this.jobs.job("test.run").at(this.fixture.now().plus(Duration.ofMinutes(10))).enqueue();
		stays(() -> state(id) == JobState.SCHEDULED);
		this.fixture.advance(Duration.ofMinutes(10));
		await(id, JobState.SUCCEEDED);
	}

	@Test
	void pausedQueueStartsNothingAndRunningJobsFinish() throws Exception {
		Gate gate = gate();
		node().withoutPolling().pools(PoolOptions.of(4, QUEUE, "other")).handle("test.block", (arguments, job) -> {
			gate.pass();
			return null;
		}).handle("test.run", (arguments, job) -> null).start();
		JobId running = this.jobs.enqueue("test.block");
		gate.awaitArrival();
		otherStore().admin().pause(QUEUE);
		List<JobId> waiting = enqueue(5, "test.run");
		await(this.jobs.job("test.run").queue("other").enqueue(), JobState.SUCCEEDED);
		gate.open();
		await(running, JobState.SUCCEEDED);
		stays(() -> waiting.stream().allMatch((id) -> state(id) == JobState.AVAILABLE));
		assertThat(admin().queues()).filteredOn(QueueStatus::isPaused)
			.extracting(QueueStatus::name)
			.containsExactly(QUEUE);
		otherStore().admin().resume(QUEUE);
		await(waiting, JobState.SUCCEEDED);
	}

	@Test
	void pausedQueueStaysPausedForAWorkerThatStartsLater() {
		admin().pause(QUEUE);
		List<JobId> waiting = enqueue(5, "test.run");
		node().handle("test.run", (arguments, job) -> null).start();
		stays(() -> waiting.stream().allMatch((id) -> state(id) == JobState.AVAILABLE));
		admin().resume(QUEUE);
		await(waiting, JobState.SUCCEEDED);
	}

	@Test
	void jobOfAnUnknownHandlerIsLeftForANodeThatKnowsIt() {
		TestNode old = node().handle("test.run", (arguments, job) -> null).start();
		List<JobId> unknown = enqueue(30, "test.new");
		List<JobId> known = enqueue(30, "test.run");
		await(known, JobState.SUCCEEDED);
		await(unknown, JobState.AVAILABLE);
		stays(() -> unknown.stream().allMatch((id) -> state(id) == JobState.AVAILABLE));
		otherNode().withoutPolling().handle("test.new", (arguments, job) -> job.attempt()).start();
		await(unknown, JobState.SUCCEEDED);
		assertThat(unknown).allSatisfy((id) -> assertThat(get(id).result()).isEqualTo("1"));
		assertThat(old.events()).extracting((event) -> event.type()).containsOnly(Type.SUCCEEDED);
	}

	@Test
	void manyJobsOfAnUnknownHandlerDoNotHoldUpOthers() {
		enqueue(3000, "test.new");
		List<JobId> known = enqueue(10, "test.run");
		node().withoutPolling().concurrency(1).handle("test.run", (arguments, job) -> null).start();
		await(known, JobState.SUCCEEDED);
		awaitCount(JobState.AVAILABLE, 3000);
	}

	@Test
	void workerThatStartsWithoutAStoreBeginsWhenItAnswers() {
		FaultyStore faulty = new FaultyStore(this.store);
		faulty.setFault(FaultyStore.DOWN);
		TestNode node = node(faulty.store()).handle("test.run", (arguments, job) -> null).start();
		JobId id = this.jobs.enqueue("test.run");
		eventually(() -> faulty.faults() >= 3);
		eventually(() -> node.status().outage() != null);
		assertThat(node.status().node()).isNull();
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
		faulty.setFault(FaultyStore.NONE);
		await(id, JobState.SUCCEEDED);
		eventually(() -> node.status().outage() == null);
		assertThat(node.status().node()).isNotNull();
	}

}
