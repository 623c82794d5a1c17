package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobExpiredException;
import io.jobqueue.JobFailedException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobResult;
import io.jobqueue.JobState;
import io.jobqueue.client.StoreJobAwaiter;
import io.jobqueue.event.JobEvent;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Jobs that are not started before their deadlines.
 */
abstract class ExpiryContract extends WorkerContract {

	private static final Duration HOUR = Duration.ofHours(1);

	@Test
	void jobThatIsNotStartedInTimeIsNotRun() {
		AtomicInteger runs = new AtomicInteger();
		JobId expired = this.jobs.job("order.confirm").deadline(HOUR).enqueue();
		this.fixture.advance(HOUR.plusMinutes(1));
		JobId dated = this.jobs.job("order.confirm").deadline(HOUR).enqueue();
		JobId plain = this.jobs.enqueue("order.confirm");
		TestNode node = node().handle("order.confirm", (arguments, job) -> runs.incrementAndGet()).start();
		await(List.of(dated, plain), JobState.SUCCEEDED);
		assertExpired(node, expired);
		assertThat(runs).hasValue(2);
	}

	private void assertExpired(TestNode node, JobId id) {
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.attempt()).isZero();
		assertThat(job.failures()).extracting(JobFailure::type).containsExactly(JobExpiredException.class.getName());
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(JobEvent.Type.EXPIRED));
		assertThat(node.events()).filteredOn((event) -> event.id().equals(id)).singleElement().satisfies((event) -> {
			assertThat(event.handler()).isEqualTo(job.handler());
			assertThat(event.queue()).isEqualTo(job.queue());
			assertThat(event.attempt()).isOne();
			assertThat(event.maxAttempts()).isEqualTo(MAX_ATTEMPTS);
			assertThat(event.failure()).isInstanceOf(JobExpiredException.class);
		});
	}

	@Test
	void expiredJobsThatAreClaimedAreNotRun() {
		// The housekeeping of this node does nothing, so that the claim has to find them.
		FaultyStore faulty = new FaultyStore(this.store);
		faulty.setFault((verb, call) -> verb.equals("expire") ? List.of() : call.proceed());
		AtomicInteger runs = new AtomicInteger();
		List<JobId> expired = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			expired.add(this.jobs.job("order.confirm").deadline(HOUR).enqueue());
		}
		this.fixture.advance(HOUR.plusMinutes(1));
		JobId plain = this.jobs.enqueue("order.confirm");
		TestNode node = node(faulty.store()).handle("order.confirm", (arguments, job) -> runs.incrementAndGet())
			.start();
		await(plain, JobState.SUCCEEDED);
		await(expired, JobState.FAILED);
		assertExpired(node, expired.get(0));
		assertThat(runs).hasValue(1);
	}

	@Test
	void jobOfAQueueThatNobodyWorksExpires() {
		JobId id = this.jobs.job("order.confirm").queue("nobody").deadline(HOUR).enqueue();
		this.fixture.advance(HOUR.plusMinutes(1));
		assertExpired(node().start(), id);
	}

	@Test
	void expiryThatLeftSomethingIsFollowedByAnotherSoon() {
		FaultyStore faulty = new FaultyStore(this.store);
		AtomicInteger calls = new AtomicInteger();
		faulty.setFault((verb, call) -> {
			if (!verb.equals("expire")) {
				return call.proceed();
			}
			return (calls.incrementAndGet() < 3) ? new ArrayList<>(Collections.nCopies(JobStore.EXPIRED_AT_ONCE,
					new ExpiredJob(JobId.of(1), "order.confirm", QUEUE, 0, 3))) : List.of();
		});
		node(faulty.store()).start();
		eventually(() -> calls.get() >= 3);
	}

	@Test
	void whoWaitsHearsOfIt() {
		JobId id = this.jobs.job("order.confirm").queue("nobody").deadline(HOUR).enqueue();
		try (StoreJobAwaiter awaiter = new StoreJobAwaiter(otherStore(), new JacksonJobSerializer(new JsonMapper()))) {
			this.fixture.advance(HOUR.plusMinutes(1));
			node().start();
			JobResult result = awaiter.await(id, Duration.ofSeconds(60));
			assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> result.as(String.class))
				.withMessageContaining(JobExpiredException.MESSAGE);
		}
	}

}
