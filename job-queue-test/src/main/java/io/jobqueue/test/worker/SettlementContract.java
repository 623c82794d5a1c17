package io.jobqueue.test.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.store.Exchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many outcomes at once are settled beside the next claim.
 */
abstract class SettlementContract extends WorkerContract {

	private static final int AT_ONCE = 2 * Exchange.LARGE_SETTLEMENT + 50;

	private static final int JOBS = 3 * AT_ONCE;

	private final Map<JobId, Integer> runs = new ConcurrentHashMap<>();

	private final AtomicInteger largeSettlements = new AtomicInteger();

	private final AtomicInteger claims = new AtomicInteger();

	/** What is done to the first claim that goes on beside a large settlement. */
	private FaultyStore.Fault onClaim = FaultyStore.NONE;

	/**
	 * Let outcomes pile up, and then do something to the first large settlement.
	 */
	private FaultyStore drain(FaultyStore.Fault first) {
		FaultyStore faulty = new FaultyStore(this.store);
		Gate pile = gate();
		TestNode node = node(faulty.store()).concurrency(AT_ONCE)
			.handle("test.run", (arguments, job) -> this.runs.merge(job.id(), 1, Integer::sum));
		faulty.setFault((verb, call) -> {
			if (!verb.equals("exchange")) {
				return call.proceed();
			}
			Exchange exchange = (Exchange) call.argument(0);
			// As soon as jobs have run all waits, also a claim beside many outcomes.
			if (!this.runs.isEmpty()) {
				pile.passStubbornly();
			}
			if (exchange.isLargeSettlement() && this.largeSettlements.incrementAndGet() == 1) {
				return first.call(verb, call);
			}
			if (pile.isOpen() && exchange.outcomes().isEmpty() && this.claims.incrementAndGet() == 1) {
				return this.onClaim.call(verb, call);
			}
			return call.proceed();
		});
		List<JobId> ids = enqueue(JOBS, "test.run");
		node.start();
		eventually(() -> this.runs.size() == AT_ONCE);
		pile.open();
		awaitCount(JobState.SUCCEEDED, JOBS);
		assertThat(this.largeSettlements).hasPositiveValue();
		assertThat(this.runs).containsOnlyKeys(ids);
		assertThat(this.runs.values()).containsOnly(1);
		assertThat(node.events()).extracting((event) -> event.type()).doesNotContain(Type.LEASE_LOST);
		return faulty;
	}

	@Test
	void claimAndLargeSettlementAreUnderWayAtTheSameTime() {
		CyclicBarrier meeting = new CyclicBarrier(2);
		this.onClaim = (verb, call) -> {
			meeting.await(60, TimeUnit.SECONDS);
			return call.proceed();
		};
		assertThat(drain(this.onClaim).faults()).isZero();
	}

	@Test
	void largeSettlementThatFailsIsRepeated() {
		drain(FaultyStore.DOWN);
	}

	@Test
	void largeSettlementWhoseAnswerIsLostIsRepeatedAndNotHeldAgainstAnybody() {
		drain((verb, call) -> {
			call.proceed();
			return FaultyStore.DOWN.call(verb, call);
		});
	}

}
