package io.jobqueue.test.worker;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobAwaitTimeoutException;
import io.jobqueue.JobCancelledException;
import io.jobqueue.JobFailedException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobResult;
import io.jobqueue.JobSerializationException;
import io.jobqueue.JobState;
import io.jobqueue.client.StoreJobAwaiter;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Waiting for the end of a job that runs on another node.
 */
abstract class AwaitContract extends WorkerContract {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration NEVER = Duration.ofMinutes(10);

	private final List<StoreJobAwaiter> awaiters = new ArrayList<>();

	@AfterEach
	void closeAwaiters() {
		this.awaiters.forEach(StoreJobAwaiter::close);
	}

	@Test
	void resultIsReadAsTheTypeThatIsAskedFor() {
		node().handle("order.total", (arguments, job) -> new Total("EUR", new BigDecimal("1.5"))).start();
		JobResult result = awaiter().await(this.jobs.enqueue("order.total"), PATIENCE);
		assertThat(result.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(result.isSucceeded()).isTrue();
		assertThat(result.as(Total.class)).isEqualTo(new Total("EUR", new BigDecimal("1.5")));
		assertThat(result.failure()).isNull();
		assertThat(result.job().attempt()).isOne();
		assertThatExceptionOfType(JobSerializationException.class).isThrownBy(() -> result.as(Integer.class))
			.withMessageContaining("java.lang.Integer");
	}

	@Test
	void resultMayBeGenericOrNothing() {
		node().handle("order.totals", (arguments, job) -> List.of(new Total("EUR", BigDecimal.ONE)))
			.handle("order.sweep", (arguments, job) -> null)
			.start();
		StoreJobAwaiter awaiter = awaiter();
		JobResult totals = awaiter.await(this.jobs.enqueue("order.totals"), PATIENCE);
		assertThat(totals.as(new ParameterizedTypeReference<List<Total>>() {
		})).containsExactly(new Total("EUR", BigDecimal.ONE));
		assertThat(awaiter.await(this.jobs.enqueue("order.sweep"), PATIENCE).as(String.class)).isNull();
	}

	@Test
	void jobThatFailedTellsWhy() {
		node().handle("order.total", (arguments, job) -> {
			throw new IllegalStateException("No price");
		}).start();
		JobId id = this.jobs.enqueue("order.total");
		JobResult result = awaiter().await(id, PATIENCE);
		assertThat(result.state()).isEqualTo(JobState.FAILED);
		assertThat(result.failure()).isNotNull().extracting(JobFailure::message).isEqualTo("No price");
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> result.as(Total.class))
			.withMessageContainingAll("Job " + id, "after 3 of 3 attempts", "java.lang.IllegalStateException: No price",
					"order.total", QUEUE)
			.satisfies((ex) -> {
				assertThat(ex.getId()).isEqualTo(id);
				assertThat(ex.getFailure()).isNotNull().extracting(JobFailure::attempt).isEqualTo(3);
			});
	}

	@Test
	void jobThatWasCancelledTellsSo() {
		node().handle("order.total", (arguments, job) -> {
			throw new DiscardJobException("Nobody wants it");
		}).start();
		JobId discarded = this.jobs.enqueue("order.total");
		JobId cancelled = this.jobs.job("order.total").in(NEVER).enqueue();
		StoreJobAwaiter awaiter = awaiter();
		JobResult result = awaiter.await(discarded, PATIENCE);
		assertThatExceptionOfType(JobCancelledException.class).isThrownBy(() -> result.as(Total.class))
			.withMessageContaining("was cancelled by its handler: Nobody wants it");
		CompletableFuture<JobResult> future = awaiter.future(cancelled);
		admin().cancel(cancelled);
		assertThatExceptionOfType(JobCancelledException.class).isThrownBy(() -> future.join().as(Total.class))
			.withMessageContaining("was cancelled (handler");
	}

	@Test
	void timeoutIsClearAndTheJobGoesOn() throws Exception {
		Gate gate = gate();
		node().handle("order.total", (arguments, job) -> {
			gate.pass();
			return null;
		}).start();
		JobId id = this.jobs.enqueue("order.total");
		gate.awaitArrival();
		StoreJobAwaiter awaiter = awaiter();
		assertThatExceptionOfType(JobAwaitTimeoutException.class)
			.isThrownBy(() -> awaiter.await(id, Duration.ofMillis(20)))
			.withMessageContainingAll("Job " + id + " has not ended within PT0.02S", "goes on")
			.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(id));
		gate.open();
		assertThat(awaiter.await(id, PATIENCE).isSucceeded()).isTrue();
	}

	@Test
	void timeoutDuringAnOutageTellsOfIt() {
		FaultyStore faulty = new FaultyStore(this.store);
		faulty.fail("look");
		StoreJobAwaiter awaiter = awaiter(faulty.store());
		JobId id = this.jobs.enqueue("order.total");
		CompletableFuture<JobResult> future = awaiter.future(id);
		// Whoever asks again knows of the first failure.
		eventually(() -> faulty.faults() > 1);
		assertThatExceptionOfType(JobAwaitTimeoutException.class)
			.isThrownBy(() -> awaiter.await(id, Duration.ofMillis(20)))
			.withMessageContaining("the store cannot be asked")
			.havingCause()
			.withMessageContaining("No answer");
		faulty.setFault(FaultyStore.NONE);
		node().handle("order.total", (arguments, job) -> 1).start();
		assertThat(future.join().as(int.class)).isOne();
	}

	@Test
	void jobThatIsNotThereIsNotWaitedFor() {
		StoreJobAwaiter awaiter = awaiter();
		JobId deleted = this.jobs.enqueue("order.total");
		admin().delete(deleted);
		assertThatExceptionOfType(JobNotFoundException.class).isThrownBy(() -> awaiter.await(deleted, PATIENCE));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> awaiter.future(deleted).join())
			.withCauseInstanceOf(JobNotFoundException.class);
	}

	@Test
	void deletionEndsTheWait() {
		JobId id = this.jobs.enqueue("order.total");
		CompletableFuture<JobResult> future = awaiter().future(id);
		admin().delete(id);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(JobNotFoundException.class);
	}

	@Test
	void manyWaitWithOneThread() throws Exception {
		Gate gate = gate();
		node().concurrency(20).handle("order.total", List.of(int.class), (arguments, job) -> {
			gate.pass();
			return arguments[0];
		}).start();
		List<JobId> ids = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			ids.add(this.jobs.enqueue("order.total", i));
		}
		long before = threads();
		StoreJobAwaiter awaiter = awaiter();
		List<CompletableFuture<JobResult>> futures = new ArrayList<>();
		ids.forEach((id) -> futures.add(awaiter.future(id)));
		ids.forEach((id) -> futures.add(awaiter.future(id)));
		assertThat(threads()).isLessThanOrEqualTo(before + 1);
		gate.open();
		for (int i = 0; i < 400; i++) {
			assertThat(futures.get(i).get(60, TimeUnit.SECONDS).as(int.class)).isEqualTo(i % 200);
		}
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("job-queue-awaiter"))
			.count();
	}

	@Test
	void endWakesWhoWaitsWithoutPolling() throws Exception {
		JobStore elsewhere = otherStore();
		WakeUps.Subscription subscription = awaitMessages(elsewhere);
		CountDownLatch looked = new CountDownLatch(1);
		FaultyStore observed = new FaultyStore(elsewhere);
		observed.setFault((verb, call) -> {
			@Nullable Object found = call.proceed();
			looked.countDown();
			return found;
		});
		StoreJobAwaiter awaiter = new StoreJobAwaiter(observed.store(), new JacksonJobSerializer(new JsonMapper()),
				NEVER, NEVER);
		this.awaiters.add(awaiter);
		Gate gate = gate();
		node().handle("order.total", (arguments, job) -> {
			gate.pass();
			return 42;
		}).start();
		JobId id = this.jobs.enqueue("order.total");
		gate.awaitArrival();
		CompletableFuture<JobResult> future = awaiter.future(id);
		assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();
		gate.open();
		assertThat(future.get(60, TimeUnit.SECONDS).as(int.class)).isEqualTo(42);
		subscription.close();
	}

	// Until the subscription of that instance works, so that no message gets lost.
	private WakeUps.Subscription awaitMessages(JobStore elsewhere) {
		assertThat(elsewhere).isInstanceOf(WakeUps.class);
		CountDownLatch told = new CountDownLatch(1);
		WakeUps.Subscription subscription = ((WakeUps) elsewhere).subscribe((queue) -> told.countDown());
		eventually(() -> {
			this.jobs.job("warm.up").queue("warm-up").enqueue();
			return told.getCount() == 0;
		});
		return subscription;
	}

	@Test
	void whatFollowsAFutureMayBlock() {
		node().handle("order.total", (arguments, job) -> 1).start();
		Gate gate = gate();
		StoreJobAwaiter awaiter = awaiter();
		CompletableFuture<Integer> blocked = awaiter.future(this.jobs.enqueue("order.total")).thenApply((result) -> {
			gate.passStubbornly();
			return result.as(int.class);
		});
		assertThat(awaiter.await(this.jobs.enqueue("order.total"), PATIENCE).isSucceeded()).isTrue();
		gate.open();
		assertThat(blocked.join()).isOne();
	}

	@Test
	void cancelledFutureEndsTheWaitOnly() {
		StoreJobAwaiter awaiter = awaiter();
		JobId id = this.jobs.enqueue("order.total");
		CompletableFuture<JobResult> future = awaiter.future(id);
		future.cancel(true);
		node().handle("order.total", (arguments, job) -> 1).start();
		assertThat(awaiter.await(id, PATIENCE).isSucceeded()).isTrue();
		assertThat(future).isCancelled();
	}

	@Test
	void closeEndsAllWaits() {
		StoreJobAwaiter awaiter = awaiter();
		JobId id = this.jobs.enqueue("order.total");
		CompletableFuture<JobResult> future = awaiter.future(id);
		awaiter.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(IllegalStateException.class);
		assertThatIllegalStateException().isThrownBy(() -> awaiter.await(id, PATIENCE)).withMessageContaining("stops");
	}

	private StoreJobAwaiter awaiter() {
		return awaiter(otherStore());
	}

	private StoreJobAwaiter awaiter(JobStore where) {
		StoreJobAwaiter awaiter = new StoreJobAwaiter(where, new JacksonJobSerializer(new JsonMapper()));
		this.awaiters.add(awaiter);
		return awaiter;
	}

	record Total(String currency, BigDecimal amount) {
	}

}
