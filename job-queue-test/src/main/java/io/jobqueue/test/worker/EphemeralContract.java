package io.jobqueue.test.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobState;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.retry.Backoff;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ephemeral jobs are handled like others, and no store is asked about them.
 */
abstract class EphemeralContract extends WorkerContract {

	private final FaultyStore[] faulty = new FaultyStore[1];

	/**
	 * Return a node whose store answers nothing, so that whoever asks it fails.
	 */
	private TestNode nodeWithoutStore() {
		this.faulty[0] = new FaultyStore(this.store);
		this.faulty[0].setFault(FaultyStore.DOWN);
		return node(this.faulty[0].store());
	}

	@Test
	void jobRunsOnThisNodeWithoutItsStore() {
		Collection<Object> seen = new ConcurrentLinkedQueue<>();
		TestNode node = nodeWithoutStore().handle("test.run", List.of(String.class, int.class), (arguments, job) -> {
			seen.addAll(List.of(arguments[0], arguments[1], job.id(), job.name(), job.queue(), job.attempt(),
					job.maxAttempts(), job.headers(), job.isActive(), job.createdAt().equals(job.dueAt())));
			job.progress(50, "half");
			return "result";
		});
		JobId id = node.startEphemeral().job("test.run", "text", 42).header("a", "b").priority(7).ephemeral().enqueue();
		awaitEvents(node, id, Type.SUCCEEDED);
		assertThat(id.isEphemeral()).isTrue();
		assertThat(seen).containsExactly("text", 42, id, "test.run", EphemeralWorker.QUEUE, 1, MAX_ATTEMPTS,
				Map.of("a", "b"), true, true);
		assertThat(node.events()).singleElement().satisfies((event) -> {
			assertThat(event.handler()).isEqualTo("test.run");
			assertThat(event.queue()).isEqualTo(EphemeralWorker.QUEUE);
			assertThat(event.attempt()).isOne();
		});
		assertThatStoreKnowsNothing();
	}

	@Test
	void failedAttemptsAreMadeAgainUntilThereIsNoneLeft() {
		Collection<Integer> attempts = new ConcurrentLinkedQueue<>();
		TestNode node = nodeWithoutStore().handle("test.run", (arguments, job) -> {
			attempts.add(job.attempt());
			throw new IllegalStateException("No luck");
		});
		JobId id = node.startEphemeral()
			.job("test.run")
			.maxAttempts(4)
			.backoff(Backoff.fixed(Duration.ofMillis(5)))
			.ephemeral()
			.enqueue();
		awaitEvents(node, id, Type.RETRIED, Type.RETRIED, Type.RETRIED, Type.FAILED);
		assertThat(attempts).containsExactly(1, 2, 3, 4);
		assertThat(node.events()).allSatisfy((event) -> assertThat(event.failure()).hasMessage("No luck"));
		assertThatStoreKnowsNothing();
	}

	@Test
	void instructionsAreFollowed() {
		Collection<Integer> attempts = new ConcurrentLinkedQueue<>();
		TestNode node = nodeWithoutStore().handle("test.run", (arguments, job) -> {
			attempts.add(job.attempt());
			switch (attempts.size()) {
				case 1:
					throw new SnoozeJobException(Duration.ofMillis(5));
				case 2:
					throw new RetryJobException(Duration.ofMillis(5));
				default:
					throw new DiscardJobException("Enough");
			}
		});
		JobId id = node.startEphemeral().job("test.run").ephemeral().enqueue();
		awaitEvents(node, id, Type.SNOOZED, Type.RETRIED, Type.CANCELLED);
		assertThat(attempts).containsExactly(1, 1, 2);
	}

	@Test
	void timeoutInterruptsTheHandler() {
		Gate never = gate();
		TestNode node = nodeWithoutStore().handle("test.run", (arguments, job) -> {
			never.pass();
			return null;
		});
		JobId id = node.startEphemeral()
			.job("test.run")
			.timeout(Duration.ofMillis(20))
			.maxAttempts(2)
			.ephemeral()
			.enqueue();
		awaitEvents(node, id, Type.RETRIED, Type.FAILED);
		assertThat(node.events())
			.allSatisfy((event) -> assertThat(event.failure()).isInstanceOf(JobTimeoutException.class));
	}

	@Test
	void argumentsThatCannotBeReadFailAtOnce() {
		java.lang.reflect.Type numbers = ResolvableType.forClassWithGenerics(List.class, Integer.class).getType();
		TestNode node = nodeWithoutStore().handle("test.run", List.of(numbers), (arguments, job) -> null);
		JobId id = node.startEphemeral().job("test.run", List.of("none")).ephemeral().enqueue();
		awaitEvents(node, id, Type.FAILED);
	}

	@Test
	void manyJobsOfOneCallRunOnceEach() {
		Collection<JobId> ran = new ConcurrentLinkedQueue<>();
		TestNode node = nodeWithoutStore().handle("test.run", (arguments, job) -> ran.add(job.id()));
		JobOperations jobs = node.startEphemeral();
		List<JobId> ids = jobs
			.enqueueAll(Stream.generate(() -> jobs.job("test.run").ephemeral().request()).limit(2500));
		eventually(() -> ran.size() >= 2500);
		assertThat(ran).containsExactlyInAnyOrderElementsOf(ids).doesNotHaveDuplicates();
		assertThatStoreKnowsNothing();
	}

	@Test
	void durableJobsOfTheSameHandlerGoToTheStore() {
		TestNode node = node().handle("test.run", (arguments, job) -> job.queue()).start();
		JobOperations jobs = node.startEphemeral();
		JobId ephemeral = jobs.job("test.run").ephemeral().enqueue();
		JobId durable = jobs.job("test.run").ephemeral().durable().enqueue();
		assertThat(await(durable, JobState.SUCCEEDED).result()).isEqualTo("\"" + QUEUE + "\"");
		awaitEvents(node, ephemeral, Type.SUCCEEDED);
		awaitEvents(node, durable, Type.SUCCEEDED);
		assertThat(admin().find(JobFilter.all(), null, 10)).singleElement().extracting("id").isEqualTo(durable);
	}

	@Test
	void storeKnowsNoEphemeralId() {
		JobId id = JobId.ephemeral(1);
		this.jobs.enqueue("test.run");
		assertThat(admin().find(id)).isEmpty();
		assertThat(admin().find(JobFilter.all(), id, 10)).isEmpty();
		assertThat(admin().cancel(Set.of(id))).isZero();
		assertThat(admin().retry(Set.of(id))).isZero();
		assertThat(admin().delete(Set.of(id))).isZero();
		assertThat(admin().reschedule(Set.of(id), Instant.EPOCH)).isZero();
	}

	private static void awaitEvents(TestNode node, JobId id, Type... types) {
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(types));
	}

	private void assertThatStoreKnowsNothing() {
		assertThat(this.faulty[0].faults()).isZero();
		assertThat(admin().find(JobFilter.all(), null, 10)).isEmpty();
	}

}
