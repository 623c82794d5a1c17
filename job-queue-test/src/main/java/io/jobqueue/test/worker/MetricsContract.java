package io.jobqueue.test.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobState;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.event.JobEvent;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.test.MutableClock;
import io.jobqueue.worker.PoolStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is counted and measured is what has happened, each once.
 */
abstract class MetricsContract extends WorkerContract {

	private final RecordingMetrics metrics = new RecordingMetrics();

	@Test
	void everyStartAndEveryEndIsCounted() {
		AtomicInteger snoozes = new AtomicInteger();
		measured().handle("test.run", (arguments, job) -> null).handle("test.fail", (arguments, job) -> {
			throw new IllegalStateException("No luck");
		}).handle("test.snooze", (arguments, job) -> {
			if (snoozes.incrementAndGet() == 1) {
				throw new SnoozeJobException(Duration.ZERO);
			}
			return null;
		}).handle("test.discard", (arguments, job) -> {
			throw new DiscardJobException("Not needed");
		}).start();
		enqueue(20, "test.run");
		this.jobs.enqueue("test.fail");
		this.jobs.enqueue("test.snooze");
		this.jobs.enqueue("test.discard");
		patiently().untilAsserted(() -> assertThat(this.metrics.ofJobs())
			.isEqualTo(Map.of("started default test.run", 20, "finished default test.run SUCCEEDED", 20,
					"started default test.fail", MAX_ATTEMPTS, "finished default test.fail RETRIED", MAX_ATTEMPTS - 1,
					"finished default test.fail FAILED", 1, "started default test.snooze", 2,
					"finished default test.snooze SNOOZED", 1, "finished default test.snooze SUCCEEDED", 1,
					"started default test.discard", 1, "finished default test.discard CANCELLED", 1)));
	}

	@Test
	void jobThatIsGivenBackIsCountedAsReleasedAndNotAsStarted() {
		measured().handle("test.run", (arguments, job) -> null).start();
		this.jobs.enqueue("test.unknown");
		eventually(() -> this.metrics.get("finished default test.unknown RELEASED") == 1);
		assertThat(this.metrics.get("started default test.unknown")).isZero();
	}

	@Test
	void exchangesTellTheirBatches() {
		TestNode node = measured().handle("test.run", (arguments, job) -> null).start();
		enqueue(100, "test.run");
		eventually(() -> this.metrics.get("finished default test.run SUCCEEDED") == 100);
		eventually(() -> this.metrics.get("settled default") >= 100);
		assertThat(this.metrics.get("claimed default")).isGreaterThanOrEqualTo(100);
		assertThat(this.metrics.get("exchanged default")).isBetween(2, 10_000);
		assertThat(this.metrics.get("worker started [default]")).isOne();
		node.stop();
		node.start();
		assertThat(this.metrics.get("worker started [default]")).isEqualTo(2);
	}

	@Test
	void exchangeThatFailsIsCounted() {
		FaultyStore faulty = new FaultyStore(this.store);
		faulty.fail("exchange");
		node(faulty.store()).metrics(this.metrics).handle("test.run", (arguments, job) -> null).start();
		eventually(() -> this.metrics.get("exchange failed default") > 0);
		assertThat(this.metrics.get("exchanged default")).isZero();
		faulty.setFault(FaultyStore.NONE);
		eventually(() -> this.metrics.get("exchanged default") > 0);
	}

	@Test
	void timeInQueueCountsFromTheDueTime() {
		Duration late = Duration.ofHours(1);
		Clock clock = new MutableClock(this.fixture.now().plus(late));
		measured().clock(clock).handle("test.run", (arguments, job) -> null).start();
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(this.metrics.waits()).singleElement()
			.satisfies((waited) -> assertThat(waited).isBetween(late.minusMinutes(10), late.plusMinutes(10)));
	}

	@Test
	void timeInQueueIsNeverNegative() {
		Clock clock = new MutableClock(this.fixture.now().minus(Duration.ofHours(1)));
		measured().clock(clock).handle("test.run", (arguments, job) -> null).start();
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(this.metrics.waits()).containsExactly(Duration.ZERO);
	}

	@Test
	void heartbeatThatIsAnsweredLateIsCounted() throws Exception {
		Gate gate = gate();
		FaultyStore faulty = new FaultyStore(this.store);
		TestNode node = node(faulty.store()).metrics(this.metrics).handle("test.run", (arguments, job) -> null).start();
		faulty.setFault((verb, call) -> {
			if (verb.equals("heartbeat")) {
				gate.passStubbornly();
			}
			return call.proceed();
		});
		gate.awaitArrival();
		int before = this.metrics.get("late");
		eventually(() -> {
			Duration sinceRenewal = node.status().sinceRenewal();
			return sinceRenewal != null && sinceRenewal.toMillis() > 250;
		});
		gate.open();
		eventually(() -> this.metrics.get("late") > before);
	}

	@Test
	void rescueIsCountedByTheNodeThatFoundTheDeadOne() {
		this.jobs.enqueue("test.run");
		long dead = this.store.register(new NodeDescription("dead", List.of(QUEUE)));
		eventually(() -> !this.store.exchange(new Exchange(dead, List.of(), Claim.of(QUEUE, 1))).claimed().isEmpty());
		this.fixture.advance(Duration.ofMinutes(1));
		measured().deadAfter(Duration.ofSeconds(2)).handle("test.run", (arguments, job) -> null).start();
		eventually(() -> this.metrics.get("finished default test.run SUCCEEDED") > 0);
		eventually(() -> this.metrics.get("rescued") > 0);
		assertThat(this.metrics.get("dead nodes")).isPositive();
		assertThat(this.metrics.get("abandoned")).isZero();
	}

	@Test
	void poolsTellWhatTheyDo() throws Exception {
		Gate gate = gate();
		TestNode node = measured().concurrency(2).handle("test.run", (arguments, job) -> {
			gate.passStubbornly();
			return null;
		});
		assertThat(node.create().pools()).isEmpty();
		node.start();
		assertThat(node.create().pools()).containsExactly(new PoolStatus("default", List.of(QUEUE), 2, 0, 0, 0));
		enqueue(1, "test.run");
		gate.awaitArrival();
		assertThat(node.create().pools()).containsExactly(new PoolStatus("default", List.of(QUEUE), 2, 1, 0, 0));
	}

	@Test
	void metricsThatThrowChangeNothing() {
		node().metrics(new Broken()).handle("test.run", (arguments, job) -> null).start();
		await(enqueue(10, "test.run"), JobState.SUCCEEDED);
	}

	private TestNode measured() {
		return node().metrics(this.metrics);
	}

	/**
	 * Fails whatever it is told.
	 */
	private static final class Broken implements JobMetrics {

		@Override
		public void started(String queue, String handler, Duration waited) {
			throw new FailureContract.Selfish();
		}

		@Override
		public void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
			throw new FailureContract.Death();
		}

		@Override
		public void workerStarted(List<String> pools) {
			throw new IllegalStateException("Broken on purpose");
		}

		@Override
		public void exchanged(String pool, Duration elapsed, int settled, int claimed) {
			throw new IllegalStateException("Broken on purpose");
		}

	}

}
