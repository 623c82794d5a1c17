package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That nodes need not ask again and again. Each test listens on another instance of the
 * store if there can be one. Wake-ups are hints that may get lost, but in a test nothing
 * is the matter that could lose them once a subscription works.
 */
abstract class WakeUpContract extends StoreContract {

	@Test
	void enqueueTellsAllQueues() {
		Listening listening = listen(otherInstance());
		this.store.enqueue(List.of(DRAFT.queue("first").job(), DRAFT.queue("second").job()));
		listening.awaitQueue("first");
		listening.awaitQueue("second");
		listening.stop();
	}

	@Test
	void enqueueTellsTheHighestPriority() {
		Listening listening = listen(otherInstance());
		this.store.enqueue(List.of(DRAFT.priority(-5).job(), DRAFT.priority(7).job(), DRAFT.job(),
				DRAFT.queue("low").priority(-100).job()));
		eventually(() -> listening.priorities.getOrDefault(QUEUE, 0) == 7);
		eventually(() -> listening.priorities.getOrDefault("low", 0) == -100);
		listening.stop();
	}

	@Test
	void enqueueTellsItsOwnInstance() {
		Listening listening = listen(this.store);
		enqueue(DRAFT);
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void jobThatIsGivenBackTellsItsQueue() {
		enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		Listening listening = listen(otherInstance());
		settle(Outcome.released(claimed));
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void jobThatIsRetriedAtOnceTellsItsQueue() {
		enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		Listening listening = listen(otherInstance());
		settle(retry(claimed, Duration.ZERO));
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void nodeThatLeavesTellsTheQueuesOfItsJobs() {
		enqueue(DRAFT);
		claimOne();
		Listening listening = listen(otherInstance());
		this.store.deregister(this.node);
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void rescueTellsTheQueuesOfItsJobs() {
		enqueue(DRAFT);
		claimOne();
		Listening listening = listen(otherInstance());
		rescueAllBut();
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void retryByHandTellsTheQueue() {
		JobId id = enqueue(DRAFT);
		settle(failed(claimOne()));
		Listening listening = listen(otherInstance());
		this.store.admin().retry(id);
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void jobThatIsMadeDueTellsItsQueue() {
		JobId id = enqueue(DRAFT.delay(Duration.ofHours(1)));
		Listening listening = listen(otherInstance());
		this.store.admin().reschedule(id, Instant.EPOCH);
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void resumeTellsTheQueue() {
		enqueue(DRAFT);
		this.store.admin().pause(QUEUE);
		Listening listening = listen(otherInstance());
		this.store.admin().resume(QUEUE);
		listening.awaitQueue(QUEUE);
		listening.stop();
	}

	@Test
	void cancellationOfARunningJobIsTold() {
		JobId id = enqueue(DRAFT);
		claimOne();
		Listening listening = listen(otherInstance());
		this.store.admin().cancel(id);
		listening.awaitCancellation();
		listening.stop();
	}

	@Test
	void listenerThatStoppedIsToldNothing() {
		Listening stopped = listen(this.store);
		Listening going = listen(this.store);
		stopped.stop();
		enqueue(DRAFT.queue("later"));
		going.awaitQueue("later");
		assertThat(stopped.queues).doesNotContain("later");
		going.stop();
	}

	@Test
	void listenerThatThrowsDisturbsNobody() {
		WakeUps.Subscription broken = wakeUps(this.store).subscribe((queue) -> {
			throw new IllegalStateException("This listener is broken on purpose");
		});
		Listening listening = listen(this.store);
		JobId id = enqueue(DRAFT);
		listening.awaitQueue(QUEUE);
		assertThat(claimOne().id()).isEqualTo(id);
		broken.close();
		listening.stop();
	}

	@Test
	void trafficWithOtherInstancesIsCounted() {
		JobStore other = otherInstance();
		Listening listening = listen(other);
		assertThat(wakeUps(this.store).traffic().received()).isZero();
		if (other == this.store) {
			assertThat(wakeUps(this.store).traffic()).isEqualTo(WakeUps.Traffic.NONE);
		}
		else {
			eventually(() -> wakeUps(this.store).traffic().sent() > 0);
			assertThat(wakeUps(other).traffic().received()).isPositive();
		}
		listening.stop();
	}

	private JobStore otherInstance() {
		return this.fixture.secondInstance().orElse(this.store);
	}

	private static WakeUps wakeUps(JobStore store) {
		assertThat(store).isInstanceOf(WakeUps.class);
		return (WakeUps) store;
	}

	/**
	 * Listen, and wait until the subscription works.
	 */
	private Listening listen(JobStore where) {
		Listening listening = new Listening(where);
		eventually(() -> {
			enqueue(DRAFT.queue("warm-up"));
			return listening.queues.contains("warm-up");
		});
		return listening;
	}

	/**
	 * A listener that remembers what it was told.
	 */
	private static final class Listening implements WakeUps.Listener {

		private final Set<String> queues = ConcurrentHashMap.newKeySet();

		private final Map<String, Integer> priorities = new ConcurrentHashMap<>();

		private final AtomicInteger cancellations = new AtomicInteger();

		private final WakeUps.Subscription subscription;

		Listening(JobStore where) {
			this.subscription = wakeUps(where).subscribe(this);
		}

		@Override
		public void available(String queue) {
			this.queues.add(queue);
		}

		@Override
		public void available(String queue, int priority) {
			available(queue);
			this.priorities.put(queue, priority);
		}

		@Override
		public void cancellationRequested() {
			this.cancellations.incrementAndGet();
		}

		void awaitQueue(String queue) {
			eventually(() -> this.queues.contains(queue));
		}

		void awaitCancellation() {
			eventually(() -> this.cancellations.get() > 0);
		}

		void stop() {
			this.subscription.close();
		}

	}

}
