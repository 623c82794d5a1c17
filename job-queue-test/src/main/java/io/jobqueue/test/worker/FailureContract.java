package io.jobqueue.test.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a handler throws is a failed attempt of its job, and nothing else.
 */
abstract class FailureContract extends WorkerContract {

	private static final int CONCURRENCY = 4;

	@Test
	void everyThrowableIsAFailedAttemptAndTheWorkerGoesOn() {
		Map<String, Supplier<Throwable>> throwables = throwables();
		TestNode node = node().concurrency(CONCURRENCY);
		throwables.forEach((name, throwable) -> node.handle(name, (arguments, job) -> {
			throw throwable.get();
		}));
		handleMeeting(node);
		node.handle("overflow", (arguments, job) -> overflow(1));
		node.start();
		Map<String, String> types = new HashMap<>(Map.of("overflow", StackOverflowError.class.getName()));
		throwables.forEach((name, throwable) -> types.put(name, throwable.get().getClass().getName()));
		List<JobId> ids = new ArrayList<>();
		for (String name : throwables.keySet()) {
			for (int i = 0; i < 3 * CONCURRENCY; i++) {
				ids.add(this.jobs.job(name).maxAttempts(1).enqueue());
			}
		}
		ids.add(this.jobs.job("overflow").maxAttempts(1).enqueue());
		await(ids, JobState.FAILED);
		assertThat(ids).allSatisfy((id) -> {
			JobRecord job = get(id);
			assertThat(job.attempt()).isOne();
			assertThat(job.failures()).singleElement().extracting(JobFailure::type).isEqualTo(types.get(job.handler()));
		});
		assertThatAllSlotsWork();
	}

	@Test
	void failedAttemptOfAnyKindIsMadeAgain() {
		Map<String, Supplier<Throwable>> throwables = throwables();
		TestNode node = node().concurrency(CONCURRENCY);
		throwables.forEach((name, throwable) -> node.handle(name, (arguments, job) -> {
			if (job.attempt() == 1) {
				throw throwable.get();
			}
			return "attempt " + job.attempt();
		}));
		node.start();
		List<JobId> ids = throwables.keySet().stream().map((name) -> this.jobs.enqueue(name)).toList();
		await(ids, JobState.SUCCEEDED);
		assertThat(ids).allSatisfy((id) -> {
			assertThat(get(id).result()).isEqualTo("\"attempt 2\"");
			assertThat(get(id).failures()).hasSize(1);
		});
	}

	@Test
	void handlerThatInterruptsItsOwnThreadSucceedsAndLeavesNoInterruptBehind() {
		TestNode node = node().concurrency(CONCURRENCY).handle("interrupting", (arguments, job) -> {
			Thread.currentThread().interrupt();
			return null;
		}).handle("clean", (arguments, job) -> Thread.currentThread().isInterrupted());
		handleMeeting(node);
		node.start();
		List<JobId> interrupting = new ArrayList<>();
		List<JobId> clean = new ArrayList<>();
		for (int i = 0; i < 3 * CONCURRENCY; i++) {
			interrupting.add(this.jobs.enqueue("interrupting"));
			clean.add(this.jobs.enqueue("clean"));
		}
		await(interrupting, JobState.SUCCEEDED);
		await(clean, JobState.SUCCEEDED);
		assertThat(clean).allSatisfy((id) -> assertThat(get(id).result()).isEqualTo("false"));
		assertThatAllSlotsWork();
	}

	@Test
	void handlerThatEndsItsOwnInterruptBySleepingFails() {
		node().handle("interrupting", (arguments, job) -> {
			Thread.currentThread().interrupt();
			gate().pass();
			return null;
		}).start();
		JobRecord job = await(this.jobs.job("interrupting").maxAttempts(1).enqueue(), JobState.FAILED);
		assertThat(job.failures()).singleElement()
			.extracting(JobFailure::type)
			.isEqualTo(InterruptedException.class.getName());
	}

	private static void handleMeeting(TestNode node) {
		CyclicBarrier meeting = new CyclicBarrier(CONCURRENCY);
		node.handle("meeting", (arguments, job) -> meeting.await(30, TimeUnit.SECONDS));
	}

	/**
	 * Check that as many jobs run at the same time as there are threads.
	 */
	private void assertThatAllSlotsWork() {
		List<JobId> ids = enqueue(CONCURRENCY, "meeting");
		await(ids, JobState.SUCCEEDED);
		assertThat(ids).allSatisfy((id) -> assertThat(get(id).attempt()).isOne());
	}

	private static Map<String, Supplier<Throwable>> throwables() {
		Map<String, Supplier<Throwable>> throwables = new LinkedHashMap<>();
		throwables.put("runtime", () -> new IllegalStateException("No luck"));
		throwables.put("no-message", NullPointerException::new);
		throwables.put("checked", () -> new IOException("No luck"));
		throwables.put("error", () -> new AssertionError("No luck"));
		throwables.put("stack-overflow", StackOverflowError::new);
		throwables.put("out-of-memory", () -> new OutOfMemoryError("Java heap space"));
		throwables.put("linkage", () -> new NoClassDefFoundError("com/example/Gone"));
		throwables.put("death", Death::new);
		throwables.put("interrupted", () -> new InterruptedException("No luck"));
		throwables.put("unreadable", Unreadable::new);
		throwables.put("unreadable-cause", () -> new IllegalStateException("No luck", new Unreadable()));
		throwables.put("unprintable", Unprintable::new);
		throwables.put("selfish", Selfish::new);
		throwables.put("circular", FailureContract::circular);
		throwables.put("unstorable", () -> new IllegalStateException("nul \0 and half of a pair \ud83d."));
		throwables.put("cut-in-half", () -> new IllegalStateException("\ud83d\ude00".repeat(3000)));
		throwables.put("cut-in-half-too", () -> new IllegalStateException("." + "\ud83d\ude00".repeat(3000)));
		throwables.put("long", () -> new IllegalStateException("x".repeat(1_000_000)));
		return throwables;
	}

	private static Throwable circular() {
		IllegalStateException first = new IllegalStateException("first");
		IllegalStateException second = new IllegalStateException("second", first);
		first.initCause(second);
		return first;
	}

	// The sum keeps the call from being the last thing that the method does.
	private static int overflow(int depth) {
		return overflow(depth + 1) + depth;
	}

	/**
	 * An error that no one catches who catches the usual ones.
	 */
	@SuppressWarnings("serial")
	static final class Death extends Error {

	}

	/**
	 * A failure whose message cannot be read.
	 */
	@SuppressWarnings("serial")
	static final class Unreadable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("No message for you");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("No text for you");
		}

	}

	/**
	 * A failure whose stack trace cannot be read.
	 */
	@SuppressWarnings("serial")
	static final class Unprintable extends RuntimeException {

		@Override
		public void printStackTrace(PrintStream stream) {
			throw new Death();
		}

		@Override
		public void printStackTrace(PrintWriter writer) {
			throw new Death();
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			throw new Death();
		}

		@Override
		public synchronized @Nullable Throwable getCause() {
			throw new Death();
		}

	}

	/**
	 * A failure that answers every question with itself.
	 */
	@SuppressWarnings("serial")
	static final class Selfish extends RuntimeException {

		@Override
		public String getMessage() {
			throw this;
		}

		@Override
		public String toString() {
			throw this;
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			throw this;
		}

	}

}
