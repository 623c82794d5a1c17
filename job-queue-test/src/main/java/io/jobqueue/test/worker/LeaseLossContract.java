package io.jobqueue.test.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobLeaseLostException;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Rescue;
import io.jobqueue.test.MutableClock;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that die, or cannot tell in time that they live.
 */
abstract class LeaseLossContract extends WorkerContract {

	/** A patience that is over soon by the clock of this process. */
	private static final Duration IMPATIENT = Duration.ofSeconds(2);

	@Test
	void nodeWhoseHeartbeatsFailStopsItsJobsAndWorksOnUnderANewId() throws Exception {
		Queue<Boolean> activity = new ConcurrentLinkedQueue<>();
		AtomicInteger runs = new AtomicInteger();
		CompletableFuture<@Nullable Long> first = new CompletableFuture<>();
		FaultyStore faulty = new FaultyStore(this.store);
		RecordingMetrics metrics = new RecordingMetrics();
		TestNode node = node(faulty.store()).metrics(metrics)
			.deadAfter(IMPATIENT)
			.handle("test.run", (arguments, job) -> {
				if (runs.incrementAndGet() == 1) {
					activity.add(job.isActive());
					first.complete(get(job.id()).node());
					try {
						gate().pass();
					}
					finally {
						activity.add(job.isActive());
					}
				}
				return job.attempt();
			})
			.start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).enqueue();
		Long before = first.get(60, TimeUnit.SECONDS);
		faulty.fail("heartbeat");
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("1");
		assertThat(activity).containsExactly(true, false);
		assertThat(before).isNotNull();
		eventually(() -> metrics.get("lapsed") > 0);
		faulty.setFault(FaultyStore.NONE);
		eventually(() -> node.status().node() != null);
		assertThat(node.status().node()).isNotEqualTo(before);
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
	}

	@Test
	void nodeThatCannotReachItsStoreStopsItsJobsBeforeOthersMayRunThem() throws Exception {
		AtomicBoolean wasStopped = new AtomicBoolean();
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode node = node(faulty.store()).deadAfter(IMPATIENT).handle("test.run", (arguments, job) -> {
			try {
				gate.pass();
			}
			catch (InterruptedException ex) {
				wasStopped.set(!job.isActive());
				throw ex;
			}
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		faulty.setFault(FaultyStore.DOWN);
		eventually(wasStopped::get);
		eventually(() -> node.status().node() == null && node.status().running() == 0);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		gate.open();
		faulty.setFault(FaultyStore.NONE);
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.attempt()).isOne();
		assertThat(job.failures()).isEmpty();
	}

	@Test
	void outcomeThatComesAfterTheJobWasGivenToAnotherIsRefused() throws Exception {
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode frozen = node(faulty.store()).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			return "late";
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		Long before = frozen.status().node();
		faulty.setFault(FaultyStore.DOWN);
		TestNode other = otherNode().handle("test.run", (arguments, job) -> "second").start();
		passDeath(DEAD_AFTER, other);
		this.store.rescue(DEAD_AFTER);
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("\"second\"");
		faulty.setFault(FaultyStore.NONE);
		gate.open();
		patiently().untilAsserted(() -> assertThat(frozen.events(id)).containsExactly(Type.LEASE_LOST));
		assertThat(frozen.events().get(0).failure()).isInstanceOf(JobLeaseLostException.class);
		assertThat(get(id)).isEqualTo(job);
		eventually(() -> frozen.status().node() != null && !frozen.status().node().equals(before));
		other.stop();
		JobId next = this.jobs.enqueue("test.run");
		assertThat(await(next, JobState.SUCCEEDED).result()).isEqualTo("\"late\"");
	}

	@Test
	void nodeThatOthersDeclaredDeadStopsItsJobs() throws Exception {
		AtomicBoolean wasStopped = new AtomicBoolean();
		AtomicInteger runs = new AtomicInteger();
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		node(faulty.store()).handle("test.run", (arguments, job) -> {
			if (runs.incrementAndGet() > 1) {
				return "again";
			}
			try {
				gate.pass();
			}
			catch (InterruptedException ex) {
				wasStopped.set(!job.isActive());
				throw ex;
			}
			return "first";
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		faulty.setFault(FaultyStore.DOWN);
		passDeath(DEAD_AFTER, null);
		assertThat(this.store.rescue(DEAD_AFTER).rescued()).isOne();
		faulty.setFault(FaultyStore.NONE);
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("\"again\"");
		assertThat(job.attempt()).isOne();
		eventually(wasStopped::get);
	}

	@Test
	void jobsOfACrashedNodeRunElsewhere() throws Exception {
		Duration deadAfter = Duration.ofSeconds(3);
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode crashing = crashing(faulty).concurrency(3)
			.threadsBehind(gate, 2)
			.handle("test.run", (arguments, job) -> {
				gate.passStubbornly();
				return "late";
			});
		List<JobId> ids = enqueue(10, "test.run");
		crashing.start();
		eventually(() -> crashing.status().running() == 2 && crashing.status().waiting() == 1);
		faulty.setFault(FaultyStore.DOWN);
		TestNode survivor = otherNode().deadAfter(deadAfter).handle("test.run", (arguments, job) -> "survived").start();
		passDeath(deadAfter, survivor);
		await(ids, JobState.SUCCEEDED);
		assertThat(ids).allSatisfy((id) -> {
			assertThat(get(id).result()).isEqualTo("\"survived\"");
			assertThat(get(id).attempt()).isOne();
		});
	}

	@Test
	void jobThatKillsItsNodeThreeTimesFailsAndItsNeighboursSucceed() throws Exception {
		JobId killer = this.jobs.job("test.kill").maxAttempts(10).enqueue();
		List<JobId> neighbours = enqueue(3, "test.run");
		for (int i = 1; i <= Rescue.MAX_ABANDONMENTS; i++) {
			Gate gate = gate();
			FaultyStore faulty = new FaultyStore(this.store);
			TestNode crashing = crashing(faulty).handle("test.kill", (arguments, job) -> {
				gate.passStubbornly();
				return null;
			}).handle("test.run", (arguments, job) -> {
				gate.passStubbornly();
				return null;
			}).start();
			gate.awaitArrival();
			eventually(() -> state(killer) == JobState.RUNNING && crashing.status().running() > 0);
			faulty.setFault(FaultyStore.DOWN);
			passDeath(DEAD_AFTER, null);
			Rescue rescue = this.store.rescue(DEAD_AFTER);
			assertThat(rescue.failed().contains(killer)).isEqualTo(i == Rescue.MAX_ABANDONMENTS);
			crashing.close();
		}
		assertThat(get(killer).state()).isEqualTo(JobState.FAILED);
		assertThat(get(killer).failures()).extracting(JobFailure::type).containsExactly(Rescue.ABANDONED);
		node().handle("test.run", (arguments, job) -> null).start();
		await(neighbours, JobState.SUCCEEDED);
	}

	@Test
	void abandonedJobsRunOneAtATime() throws Exception {
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode crashing = crashing(faulty).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			return null;
		}).start();
		List<JobId> suspects = enqueue(4, "test.run");
		eventually(() -> crashing.status().running() == 4);
		faulty.setFault(FaultyStore.DOWN);
		passDeath(DEAD_AFTER, null);
		assertThat(this.store.rescue(DEAD_AFTER).rescued()).isEqualTo(4);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<JobId> others = enqueue(50, "test.other");
		otherNode().withoutPolling().handle("test.run", (arguments, job) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			Thread.yield();
			return running.decrementAndGet();
		}).handle("test.other", (arguments, job) -> null).start();
		await(suspects, JobState.SUCCEEDED);
		await(others, JobState.SUCCEEDED);
		assertThat(most).hasValue(1);
	}

	@Test
	void abandonedJobsOfDifferentPoolsRunOneAtATimeToo() throws Exception {
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		PoolOptions[] pools = { PoolOptions.of(4, QUEUE), new PoolOptions("second", List.of(QueueShare.of("other")),
				false, 4, PoolOptions.DEFAULT_MAX_PREFETCH) };
		TestNode crashing = crashing(faulty).pools(pools).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			return null;
		}).start();
		List<JobId> suspects = new ArrayList<>(enqueue(3, "test.run"));
		for (int i = 0; i < 3; i++) {
			suspects.add(this.jobs.job("test.run").queue("other").enqueue());
		}
		eventually(() -> crashing.status().running() == 6);
		faulty.setFault(FaultyStore.DOWN);
		passDeath(DEAD_AFTER, null);
		assertThat(this.store.rescue(DEAD_AFTER).rescued()).isEqualTo(6);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		otherNode().pools(pools).handle("test.run", (arguments, job) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			for (int i = 0; i < 100; i++) {
				Thread.yield();
			}
			return running.decrementAndGet();
		}).start();
		await(suspects, JobState.SUCCEEDED);
		assertThat(most).hasValue(1);
	}

	@Test
	void silenceDuringAnOutageIsNotTakenForDeath() throws Exception {
		Duration deadAfter = Duration.ofSeconds(2);
		MutableClock clock = new MutableClock(Instant.EPOCH);
		Gate gate = gate();
		FaultyStore silent = new FaultyStore(this.store);
		crashing(silent).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		FaultyStore faulty = new FaultyStore(otherStore());
		// On a slow machine it may be silent for so long before the outage, too.
		faulty.setFault((verb, call) -> verb.equals("rescue") ? Rescue.NONE : call.proceed());
		TestNode judge = node(faulty.store()).clock(clock)
			.deadAfter(deadAfter)
			.handle("test.run", (arguments, job) -> null)
			.start();
		eventually(() -> judge.status().node() != null);
		faulty.setFault(FaultyStore.DOWN);
		silent.setFault(FaultyStore.DOWN);
		eventually(() -> judge.status().outage() != null);
		clock.advance(deadAfter);
		this.fixture.advance(deadAfter.multipliedBy(2));
		faulty.setFault(FaultyStore.NONE);
		eventually(() -> judge.status().outage() == null && judge.status().node() != null);
		stays(() -> state(id) == JobState.RUNNING);
		// Whoever lives has come back by now.
		clock.advance(deadAfter.plusSeconds(1));
		await(id, JobState.SUCCEEDED);
	}

	@Test
	void jobsThatWereClaimedUnderALapsedIdAreNotRunUnderIt() throws Exception {
		AtomicReference<@Nullable Long> claimer = new AtomicReference<>();
		Gate answer = gate();
		List<Long> holders = new ArrayList<>();
		FaultyStore faulty = new FaultyStore(this.store);
		// From the beginning: an exchange that is under way does not notice another
		// fault.
		faulty.setFault((verb, call) -> {
			if (verb.equals("heartbeat") && !answer.isOpen()) {
				return FaultyStore.DOWN.call(verb, call);
			}
			Object result = call.proceed();
			if (result instanceof Exchange.Result exchanged && !exchanged.claimed().isEmpty()
					&& claimer.compareAndSet(null, ((Exchange) call.argument(0)).node())) {
				answer.passStubbornly();
			}
			return result;
		});
		TestNode node = node(faulty.store()).deadAfter(IMPATIENT).handle("test.run", (arguments, job) -> {
			synchronized (holders) {
				holders.add(get(job.id()).node());
			}
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		answer.awaitArrival();
		eventually(() -> node.status().node() != null && !node.status().node().equals(claimer.get()));
		answer.open();
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.attempt()).isOne();
		assertThat(holders).doesNotContain(claimer.get());
	}

	/**
	 * Return a node that does not wait at its end, which is not the end that is tested.
	 */
	private TestNode crashing(FaultyStore faulty) {
		return node(faulty.store()).shutdownTimeout(Duration.ZERO);
	}

}
