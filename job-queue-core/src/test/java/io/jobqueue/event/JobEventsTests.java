package io.jobqueue.event;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JobEvents}.
 */
class JobEventsTests {

	private final CountDownLatch gate = new CountDownLatch(1);

	private final Queue<Long> slow = new ConcurrentLinkedQueue<>();

	private final Queue<Long> quick = new ConcurrentLinkedQueue<>();

	private final JobEvents events = new JobEvents(
			List.of(this::takeTime, JobEventsTests::fail, (event) -> this.quick.add(event.id().value())));

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.events.stop();
	}

	private void takeTime(JobEvent event) {
		this.slow.add(event.id().value());
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void fail(JobEvent event) {
		if (event.id().value() <= 3) {
			throw new IllegalStateException("as intended");
		}
	}

	@Test
	void listenersThatBlockOrThrowDelayNoOther() {
		this.events.start();
		publish(1, 100);
		awaitCount(this.quick, 100);
		awaitCount(this.slow, 1);
		this.gate.countDown();
		awaitCount(this.slow, 100);
		List<Long> inOrder = IntStream.rangeClosed(1, 100).mapToObj(Long::valueOf).toList();
		assertThat(this.slow).containsExactlyElementsOf(inOrder);
		assertThat(this.quick).containsExactlyElementsOf(inOrder);
	}

	@Test
	void onlyAListenerThatIsTooSlowMissesEvents() {
		this.events.start();
		publish(1, 1);
		awaitCount(this.slow, 1);
		awaitCount(this.quick, 1);
		publish(2, JobEvents.CAPACITY + 1);
		awaitCount(this.quick, JobEvents.CAPACITY + 1);
		publish(JobEvents.CAPACITY + 2, JobEvents.CAPACITY + 3);
		awaitCount(this.quick, JobEvents.CAPACITY + 3);
		this.gate.countDown();
		awaitCount(this.slow, JobEvents.CAPACITY + 1);
		publish(JobEvents.CAPACITY + 4, JobEvents.CAPACITY + 4);
		awaitCount(this.slow, JobEvents.CAPACITY + 2);
	}

	@Test
	void eventsBeforeTheStartAreToldAfterIt() {
		publish(1, 3);
		this.events.start();
		awaitCount(this.quick, 3);
	}

	private void publish(int first, int last) {
		IntStream.rangeClosed(first, last)
			.mapToObj((id) -> new JobEvent(JobEvent.Type.SUCCEEDED, JobId.of(id), "h", "q", 1, 1, Duration.ZERO, null))
			.forEach(this.events::publish);
	}

	private static void awaitCount(Queue<Long> told, int count) {
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(told).hasSize(count));
	}

}
