package io.jobqueue.test.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.test.MutableClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The store fails or hangs for a while, and the work goes on by itself.
 */
abstract class OutageContract extends WorkerContract {

	private final Map<JobId, Integer> runs = new ConcurrentHashMap<>();

	private TestNode node(FaultyStore faulty) {
		return node(faulty.store()).handle("test.run", (arguments, job) -> this.runs.merge(job.id(), 1, Integer::sum));
	}

	@Test
	void outcomesAreKeptUntilTheStoreAnswersAgain() throws Exception {
		FaultyStore faulty = new FaultyStore(this.store);
		Gate gate = gate();
		TestNode node = node(faulty).handle("test.block", (arguments, job) -> {
			gate.pass();
			if (job.id().value() % 2 == 0) {
				throw new IllegalStateException("No luck");
			}
			return this.runs.merge(job.id(), 1, Integer::sum);
		}).start();
		List<JobId> blocked = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			blocked.add(this.jobs.job("test.block").maxAttempts(1).enqueue());
		}
		eventually(() -> node.status().running() == 4);
		assertThat(node.status().outage()).isNull();
		faulty.setFault(FaultyStore.DOWN);
		gate.open();
		eventually(() -> node.status().running() == 0 && node.status().outage() != null);
		assertThat(node.status().outageSince()).isNotNull();
		assertThat(node.status().outage()).isInstanceOf(JobStoreException.class);
		List<JobId> others = enqueue(20, "test.run");
		int faults = faulty.faults();
		eventually(() -> faulty.faults() > faults + 3);
		assertThat(admin().countByState()).containsEntry(JobState.RUNNING, 4L).containsEntry(JobState.AVAILABLE, 20L);
		faulty.setFault(FaultyStore.NONE);
		await(others, JobState.SUCCEEDED);
		blocked.forEach((id) -> await(id, (id.value() % 2 == 0) ? JobState.FAILED : JobState.SUCCEEDED));
		assertThat(blocked).allSatisfy((id) -> assertThat(get(id).attempt()).isOne());
		assertThat(this.runs.values()).containsOnly(1);
		eventually(() -> node.status().outage() == null);
		assertThat(node.status().outageSince()).isNull();
		assertThat(node.events()).extracting((event) -> event.type()).doesNotContain(Type.LEASE_LOST);
	}

	@Test
	void manyShortOutagesLoseAndRepeatNothing() {
		FaultyStore faulty = new FaultyStore(this.store);
		node(faulty).start();
		AtomicInteger calls = new AtomicInteger();
		faulty.setFault((verb, call) -> (calls.incrementAndGet() % 3 == 0) ? FaultyStore.DOWN.call(verb, call)
				: call.proceed());
		List<JobId> ids = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			ids.addAll(enqueue(20, "test.run"));
		}
		awaitCount(JobState.SUCCEEDED, 400);
		eventually(() -> faulty.faults() > 0);
		assertThat(this.runs).containsOnlyKeys(ids);
		assertThat(this.runs.values()).containsOnly(1);
	}

	@Test
	void storeThatThrowsSomethingElseIsAskedAgain() {
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode node = node(faulty).start();
		eventually(() -> node.status().node() != null);
		AtomicInteger calls = new AtomicInteger();
		faulty.setFault((verb, call) -> {
			throw switch (calls.incrementAndGet() % 3) {
				case 0 -> new StackOverflowError();
				case 1 -> new FailureContract.Selfish();
				default -> new OutOfMemoryError("Java heap space");
			};
		});
		List<JobId> ids = enqueue(20, "test.run");
		eventually(() -> faulty.faults() >= 6);
		faulty.setFault(FaultyStore.NONE);
		await(ids, JobState.SUCCEEDED);
		assertThat(this.runs.values()).containsOnly(1);
	}

	@Test
	void storeThatHangsHoldsUpNothingForEver() {
		FaultyStore faulty = new FaultyStore(this.store);
		Gate hanging = gate();
		TestNode node = node(faulty).start();
		eventually(() -> node.status().node() != null);
		faulty.setFault((verb, call) -> {
			hanging.passStubbornly();
			return call.proceed();
		});
		List<JobId> ids = enqueue(20, "test.run");
		eventually(hanging::hasArrivals);
		hanging.open();
		faulty.setFault(FaultyStore.NONE);
		await(ids, JobState.SUCCEEDED);
		assertThat(this.runs.values()).containsOnly(1);
	}

	/**
	 * When a server comes back, connections often break once more.
	 */
	@Test
	void shortOutageDoesNotHideTheLongOneBeforeItWhichKeptOthersSilent() {
		AtomicInteger rescues = new AtomicInteger();
		AtomicInteger heartbeats = new AtomicInteger();
		AtomicBoolean isBroken = new AtomicBoolean();
		FaultyStore faulty = new FaultyStore(this.store);
		// By this clock the time that others get to come back is never over.
		MutableClock clock = new MutableClock(Instant.EPOCH);
		TestNode node = node(faulty).clock(clock).deadAfter(Duration.ofSeconds(10)).start();
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		faulty.setFault(FaultyStore.DOWN);
		eventually(() -> node.status().outageSince() != null);
		clock.advance(Duration.ofMillis(300));
		faulty.setFault(FaultyStore.NONE);
		eventually(() -> node.status().outage() == null);
		faulty.setFault((verb, call) -> {
			if (verb.equals("exchange") && isBroken.compareAndSet(false, true)) {
				return FaultyStore.DOWN.call(verb, call);
			}
			rescues.addAndGet(verb.equals("rescue") ? 1 : 0);
			heartbeats.addAndGet(verb.equals("heartbeat") ? 1 : 0);
			return call.proceed();
		});
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		eventually(() -> isBroken.get() && node.status().outage() == null);
		int before = heartbeats.get();
		eventually(() -> heartbeats.get() > before + 15);
		assertThat(rescues).hasValue(0);
	}

	@Test
	void progressThatCouldNotBeStoredIsStoredLater() throws Exception {
		FaultyStore faulty = new FaultyStore(this.store);
		AtomicInteger refused = new AtomicInteger();
		faulty.setFault((verb, call) -> {
			if (verb.equals("mark") && !((Map<?, ?>) call.argument(2)).isEmpty() && refused.incrementAndGet() <= 2) {
				throw new JobStoreException("No answer", new IllegalStateException());
			}
			return call.proceed();
		});
		Gate gate = gate();
		node(faulty).handle("test.export", (arguments, job) -> {
			job.progress(33, "a third");
			gate.pass();
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.export");
		gate.awaitArrival();
		patiently().untilAsserted(() -> assertThat(get(id).progress()).isEqualTo(new JobProgress(33, "a third")));
		assertThat(refused).hasValueGreaterThanOrEqualTo(3);
	}

}
