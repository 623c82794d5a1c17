package io.jobqueue.test.worker;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobInvoker;
import io.jobqueue.retry.DelayList;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.worker.JobTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which failed attempts are made again, and the delays that are listed.
 */
abstract class RetryRuleContract extends WorkerContract {

	/** Stores round times to it. */
	private static final Duration MILLISECOND = Duration.ofMillis(1);

	private static final FailureRules RULES = new FailureRules(List.of(IOException.class),
			List.of(FileNotFoundException.class));

	@Test
	void listedDelaysOfTheJobAreKeptExactlyAndTheLastOneRepeats() {
		node().handle("test.run", failing(IOException::new)).start();
		JobId id = this.jobs.job("test.run")
			.maxAttempts(5)
			.backoff(DelayList.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3)))
			.enqueue();
		List<Duration> delays = new ArrayList<>();
		for (int attempt = 1; attempt < 5; attempt++) {
			Duration delay = delay(id, attempt);
			delays.add(delay);
			this.fixture.advance(delay);
		}
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(5);
		assertThat(delays).zipSatisfy(
				List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3), Duration.ofMinutes(3)),
				(delay, expected) -> assertThat(delay).isCloseTo(expected, MILLISECOND));
	}

	@Test
	void listedDelaysOfTheHandlerGoBeforeTheDefault() {
		node().retryPolicy(RetryPolicy.none())
			.handle(handler(DelayList.of(Duration.ofMinutes(5)), FailureRules.NONE, null, failing(IOException::new)))
			.start();
		assertThat(delay(this.jobs.enqueue("test.run"), 1)).isCloseTo(Duration.ofMinutes(5), MILLISECOND);
	}

	@Test
	void withoutRetriesThereIsOneRun() {
		AtomicInteger runs = new AtomicInteger();
		node().retryPolicy(RetryPolicy.none()).handle("test.run", (arguments, job) -> {
			runs.incrementAndGet();
			throw new IllegalStateException("No luck");
		}).start();
		JobRecord job = await(this.jobs.enqueue("test.run"), JobState.FAILED);
		assertThat(job.attempt()).isOne();
		assertThat(runs).hasValue(1);
	}

	@Test
	void onlyWhatIsNamedIsTriedAgain() {
		TestNode node = node().handle(handler(null, RULES, null, (arguments, job) -> {
			if (job.attempt() == 1) {
				throw new IllegalStateException("Wrapped", new IOException("No luck"));
			}
			throw new IllegalStateException("A bug");
		})).start();
		JobId id = this.jobs.enqueue("test.run");
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(2);
		assertThat(job.failures()).extracting(JobFailure::message).containsExactly("Wrapped", "A bug");
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.FAILED));
	}

	@Test
	void whatIsNamedToBeDiscardedEndsAsCancelled() {
		TestNode node = node().handle(handler(null, RULES, null, failing(FileNotFoundException::new))).start();
		JobId id = this.jobs.enqueue("test.run");
		JobRecord job = await(id, JobState.CANCELLED);
		assertThat(job.attempt()).isOne();
		assertThat(job.failures()).singleElement()
			.extracting(JobFailure::type)
			.isEqualTo(FileNotFoundException.class.getName());
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.CANCELLED));
	}

	@Test
	void instructionsGoBeforeTheRules() {
		FailureRules nothing = new FailureRules(List.of(FileNotFoundException.class), List.of(IOException.class));
		AtomicInteger runs = new AtomicInteger();
		node().handle(handler(null, nothing, null, (arguments, job) -> {
			switch (runs.incrementAndGet()) {
				case 1:
					throw new RetryJobException(Duration.ZERO, new IOException("Busy"));
				case 2:
					throw new SnoozeJobException(Duration.ZERO);
				default:
					throw new DiscardJobException("Enough", new FileNotFoundException());
			}
		})).start();
		JobRecord job = await(this.jobs.enqueue("test.run"), JobState.CANCELLED);
		assertThat(runs).hasValue(3);
		assertThat(job.attempt()).isEqualTo(2);
	}

	@Test
	void timeoutIsTriedAgainOnlyIfItIsNamed() {
		JobInvoker slow = (arguments, job) -> {
			try {
				gate().pass();
				return null;
			}
			catch (InterruptedException ex) {
				// Not what the rules are asked about.
				throw new IOException(ex);
			}
		};
		Duration timeout = Duration.ofMillis(20);
		TestNode node = node().handle(handler(null, RULES, timeout, slow)).start();
		JobRecord failed = await(this.jobs.enqueue("test.run"), JobState.FAILED);
		assertThat(failed.attempt()).isOne();
		node.stop();
		FailureRules named = new FailureRules(List.of(JobTimeoutException.class), List.of());
		node().handle(handler(null, named, timeout, slow)).start();
		JobRecord retried = await(this.jobs.enqueue("test.run"), JobState.FAILED);
		assertThat(retried.attempt()).isEqualTo(MAX_ATTEMPTS);
	}

	@Test
	void exceptionWhoseCauseCannotBeReadIsTriedAgain() {
		node().handle(handler(null, RULES, null, failing(Unreadable::new))).start();
		JobRecord job = await(this.jobs.enqueue("test.run"), JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(MAX_ATTEMPTS);
	}

	/**
	 * Return the time between the failure of an attempt and the next one.
	 */
	private Duration delay(JobId id, int attempt) {
		eventually(() -> get(id).isRetry() && get(id).attempt() == attempt);
		JobRecord job = get(id);
		Instant failedAt = job.failures().get(job.failures().size() - 1).at();
		return Duration.between(failedAt, job.runAt());
	}

	private static JobInvoker failing(FailureFactory failures) {
		return (arguments, job) -> {
			throw failures.create("No luck");
		};
	}

	private static JobHandler handler(@Nullable RetryPolicy policy, FailureRules rules, @Nullable Duration timeout,
			JobInvoker invoker) {
		return new JobHandler("test.run", QUEUE, 0, null, timeout, policy, rules, true, List.of(), null, null, null,
				null, invoker, null);
	}

	/**
	 * The constructor of an exception.
	 */
	@FunctionalInterface
	private interface FailureFactory {

		Exception create(String message);

	}

	/**
	 * An exception of an author with strange ideas.
	 */
	@SuppressWarnings("serial")
	private static final class Unreadable extends Exception {

		Unreadable(String message) {
			super(message);
		}

		@Override
		public synchronized Throwable getCause() {
			throw new IllegalStateException("None of your business");
		}

	}

}
