package io.jobqueue.test.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often a job runs, when, and how it ends.
 */
abstract class AttemptContract extends WorkerContract {

	/** Stores round times to it. */
	private static final Duration MILLISECOND = Duration.ofMillis(1);

	private static final JobInvoker FAILING = (arguments, job) -> {
		throw new IllegalStateException("No luck in attempt " + job.attempt());
	};

	@Test
	void jobRunsAsOftenAsItHasAttempts() {
		List<String> runs = Collections.synchronizedList(new ArrayList<>());
		node().handle("test.run", (arguments, job) -> {
			runs.add(job.id() + " " + job.attempt() + " of " + job.maxAttempts());
			throw new IllegalStateException("No luck");
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(4).enqueue();
		JobRecord job = await(id, JobState.FAILED);
		stays(() -> runs.size() == 4);
		assertThat(runs).containsExactly(id + " 1 of 4", id + " 2 of 4", id + " 3 of 4", id + " 4 of 4");
		assertThat(job.attempt()).isEqualTo(4);
	}

	@Test
	void attemptThatSucceedsEndsTheJob() {
		TestNode node = node().handle("test.run", (arguments, job) -> {
			if (job.attempt() < 3) {
				throw new IllegalStateException("No luck");
			}
			return "luck";
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(10).enqueue();
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("\"luck\"");
		assertThat(job.attempt()).isEqualTo(3);
		assertThat(job.failures()).extracting(JobFailure::attempt).containsExactly(1, 2);
		patiently().untilAsserted(
				() -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.RETRIED, Type.SUCCEEDED));
	}

	@Test
	void jobThatIsOutOfAttemptsIsKeptWithItsFailures() {
		TestNode node = node().handle("test.run", FAILING).start();
		JobId id = this.jobs.job("test.run").maxAttempts(2).enqueue();
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.startedAt()).isNotNull();
		assertThat(job.finishedAt()).isNotNull().isAfterOrEqualTo(job.startedAt());
		assertThat(job.result()).isNull();
		assertThat(job.failures()).extracting(JobFailure::attempt).containsExactly(1, 2);
		assertThat(job.failures()).allSatisfy((failure) -> {
			assertThat(failure.type()).isEqualTo(IllegalStateException.class.getName());
			assertThat(failure.message()).isEqualTo("No luck in attempt " + failure.attempt());
			assertThat(failure.stackTrace()).contains(AttemptContract.class.getName());
			assertThat(failure.at()).isBetween(job.createdAt(), job.finishedAt());
		});
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.FAILED));
		stays(() -> node.events(id).size() == 2);
		assertThat(node.events().get(1).failure()).isInstanceOf(IllegalStateException.class);
		assertThat(node.events().get(1).attempt()).isEqualTo(2);
	}

	@Test
	void whatIsKeptOfAFailureIsBounded() {
		node().handle("test.run", (arguments, job) -> fail(200, "x".repeat(100_000))).start();
		JobRecord job = await(this.jobs.job("test.run").maxAttempts(1).enqueue(), JobState.FAILED);
		JobFailure failure = job.failures().get(0);
		assertThat(failure.message()).hasSizeBetween(500, 4096).startsWith("xxx");
		assertThat(failure.message() + failure.stackTrace()).hasSizeLessThanOrEqualTo(4096);
	}

	@Test
	void delayBeforeTheNextAttemptIsThatOfThePolicy() {
		List<String> questions = Collections.synchronizedList(new ArrayList<>());
		RetryPolicy policy = (failed, failure) -> {
			questions.add(failed + " " + failure.getMessage());
			return Duration.ofMinutes(2L * failed);
		};
		node().handle(handler("test.run", policy, FAILING)).start();
		JobId id = this.jobs.job("test.run").maxAttempts(3).enqueue();
		assertThat(delay(id, 1)).isCloseTo(Duration.ofMinutes(2), MILLISECOND);
		stays(() -> get(id).isRetry());
		this.fixture.advance(Duration.ofMinutes(2));
		assertThat(delay(id, 2)).isCloseTo(Duration.ofMinutes(4), MILLISECOND);
		this.fixture.advance(Duration.ofMinutes(4));
		await(id, JobState.FAILED);
		assertThat(questions).containsExactly("1 No luck in attempt 1", "2 No luck in attempt 2");
	}

	@Test
	void backoffOfTheJobGoesBeforeThatOfTheHandlerAndTheDefault() {
		node().retryPolicy(Backoff.fixed(Duration.ofSeconds(100)))
			.handle("test.default", FAILING)
			.handle(handler("test.own", Backoff.fixed(Duration.ofSeconds(200)), FAILING))
			.start();
		JobId byDefault = this.jobs.enqueue("test.default");
		JobId ofHandler = this.jobs.enqueue("test.own");
		JobId ofJob = this.jobs.job("test.own").backoff(Backoff.fixed(Duration.ofSeconds(300))).enqueue();
		assertThat(delay(byDefault, 1)).isCloseTo(Duration.ofSeconds(100), MILLISECOND);
		assertThat(delay(ofHandler, 1)).isCloseTo(Duration.ofSeconds(200), MILLISECOND);
		assertThat(delay(ofJob, 1)).isCloseTo(Duration.ofSeconds(300), MILLISECOND);
	}

	@Test
	void policyThatGivesUpFailsTheJob() {
		node().handle(handler("test.run", (failed, failure) -> null, FAILING)).start();
		JobRecord job = await(this.jobs.enqueue("test.run"), JobState.FAILED);
		assertThat(job.attempt()).isOne();
	}

	@Test
	void policyThatThrowsIsReplacedByTheDefault() throws Exception {
		Gate gate = gate();
		node().handle(handler("test.run", (failed, failure) -> {
			throw new FailureContract.Selfish();
		}, (arguments, job) -> {
			gate.pass();
			return FAILING.invoke(arguments, job);
		})).start();
		JobId id = this.jobs.enqueue("test.run");
		gate.awaitArrival();
		// The delay is short, but here the next attempt does not begin after it.
		admin().pause(QUEUE);
		gate.open();
		eventually(() -> !get(id).failures().isEmpty());
		assertThat(delay(id)).isBetween(Duration.ofMillis(799), Duration.ofMillis(1201));
	}

	@Test
	void absurdDelaysAreBoundedAndHoldUpNobody() {
		node().handle(handler("test.negative", (failed, failure) -> Duration.ofDays(-1), FAILING))
			.handle(handler("test.endless", (failed, failure) -> Duration.ofSeconds(Long.MAX_VALUE), FAILING))
			.handle("test.endless-retry", (arguments, job) -> {
				throw new RetryJobException(Duration.ofSeconds(Long.MAX_VALUE));
			})
			.handle("test.endless-snooze", (arguments, job) -> {
				throw new SnoozeJobException(Duration.ofSeconds(Long.MAX_VALUE));
			})
			.handle("test.run", (arguments, job) -> null)
			.start();
		List<JobId> endless = List.of(this.jobs.enqueue("test.endless"), this.jobs.enqueue("test.endless-retry"),
				this.jobs.enqueue("test.endless-snooze"));
		JobId negative = this.jobs.enqueue("test.negative");
		JobId other = this.jobs.enqueue("test.run");
		await(other, JobState.SUCCEEDED);
		await(negative, JobState.FAILED);
		await(endless, JobState.SCHEDULED);
		assertThat(endless).allSatisfy(
				(id) -> assertThat(get(id).runAt()).isAfter(this.fixture.now().plus(Duration.ofDays(10 * 365))));
	}

	@Test
	void handlerMayChooseTheDelayOfTheRetry() {
		node().handle("test.run", (arguments, job) -> {
			throw new RetryJobException(Duration.ofMinutes(5), new IllegalStateException("Try later"));
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(2).enqueue();
		assertThat(delay(id, 1)).isCloseTo(Duration.ofMinutes(5), MILLISECOND);
		assertThat(get(id).attempt()).isOne();
		this.fixture.advance(Duration.ofMinutes(5));
		JobRecord job = await(id, JobState.FAILED);
		assertThat(job.attempt()).isEqualTo(2);
		assertThat(job.failures()).hasSize(2)
			.allSatisfy((failure) -> assertThat(failure.stackTrace()).contains("Try later"));
	}

	@Test
	void snoozeIsNoAttempt() {
		AtomicInteger runs = new AtomicInteger();
		TestNode node = node().handle("test.run", (arguments, job) -> {
			if (runs.incrementAndGet() <= 5) {
				throw new SnoozeJobException(Duration.ZERO);
			}
			return job.attempt();
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(1).enqueue();
		JobRecord job = await(id, JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("1");
		assertThat(job.attempt()).isOne();
		assertThat(job.failures()).isEmpty();
		assertThat(runs).hasValue(6);
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.SNOOZED, Type.SNOOZED,
				Type.SNOOZED, Type.SNOOZED, Type.SNOOZED, Type.SUCCEEDED));
	}

	@Test
	void snoozedJobRunsAfterItsDelay() {
		AtomicBoolean isTime = new AtomicBoolean();
		node().handle("test.run", (arguments, job) -> {
			if (!isTime.get()) {
				throw new SnoozeJobException(Duration.ofMinutes(5));
			}
			return null;
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		JobRecord job = await(id, JobState.SCHEDULED);
		assertThat(job.runAt()).isBetween(this.fixture.now().plus(Duration.ofMinutes(1)),
				this.fixture.now().plus(Duration.ofMinutes(5)));
		isTime.set(true);
		stays(() -> state(id) == JobState.SCHEDULED);
		this.fixture.advance(Duration.ofMinutes(5));
		await(id, JobState.SUCCEEDED);
	}

	@Test
	void handlerMayDiscardItsJob() {
		TestNode node = node().handle("test.run", (arguments, job) -> {
			throw new DiscardJobException("The order is gone", new IllegalStateException("404"));
		}).start();
		JobId id = this.jobs.enqueue("test.run");
		JobRecord job = await(id, JobState.CANCELLED);
		assertThat(job.failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.message()).isEqualTo("The order is gone");
			assertThat(failure.stackTrace()).contains("404");
		});
		patiently().untilAsserted(() -> assertThat(node.events(id)).containsExactly(Type.CANCELLED));
	}

	@Test
	void retryByHandStartsWithFreshAttempts() {
		AtomicBoolean isFixed = new AtomicBoolean();
		List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
		node().handle("test.run", (arguments, job) -> {
			attempts.add(job.attempt());
			if (!isFixed.get()) {
				throw new IllegalStateException("No luck");
			}
			return null;
		}).start();
		JobId id = this.jobs.job("test.run").maxAttempts(2).enqueue();
		await(id, JobState.FAILED);
		assertThat(admin().retry(id)).isTrue();
		eventually(() -> attempts.size() == 4);
		await(id, JobState.FAILED);
		isFixed.set(true);
		assertThat(admin().retry(id)).isTrue();
		await(id, JobState.SUCCEEDED);
		assertThat(admin().retry(id)).isFalse();
		assertThat(attempts).containsExactly(1, 2, 1, 2, 1);
	}

	@Test
	void jobWithUndecodableArgumentsFailsForGoodAndKeepsThem() {
		TestNode old = node().handle("test.run", List.of(int.class), (arguments, job) -> null).start();
		JobId wrong = this.jobs.enqueue("test.run", "forty-two");
		JobId many = this.jobs.enqueue("test.run", 1, 2);
		JobId right = this.jobs.enqueue("test.run", 42);
		await(right, JobState.SUCCEEDED);
		JobRecord failed = await(wrong, JobState.FAILED);
		await(many, JobState.FAILED);
		assertThat(failed.arguments()).isEqualTo("[\"forty-two\"]");
		assertThat(failed.attempt()).isOne();
		assertThat(failed.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.message() + failure.stackTrace()).doesNotContain("forty-two"));
		patiently().untilAsserted(() -> assertThat(old.events(wrong)).containsExactly(Type.FAILED));
		old.stop();
		node().handle("test.run", List.of(String.class), (arguments, job) -> arguments[0]).start();
		assertThat(admin().retry(wrong)).isTrue();
		assertThat(await(wrong, JobState.SUCCEEDED).result()).isEqualTo("\"forty-two\"");
	}

	private static JobHandler handler(String name, RetryPolicy policy, JobInvoker invoker) {
		return new JobHandler(name, QUEUE, 0, null, null, policy, List.of(), null, null, invoker);
	}

	/**
	 * Return the time between the failure of an attempt and the next one.
	 */
	private Duration delay(JobId id, int attempt) {
		eventually(() -> get(id).isRetry() && get(id).attempt() == attempt);
		return delay(id);
	}

	private Duration delay(JobId id) {
		JobRecord job = get(id);
		Instant failedAt = job.failures().get(job.failures().size() - 1).at();
		return Duration.between(failedAt, job.runAt());
	}

	private static @Nullable Object fail(int depth, String message) {
		if (depth > 0) {
			return fail(depth - 1, message);
		}
		throw new IllegalStateException(message);
	}

}
