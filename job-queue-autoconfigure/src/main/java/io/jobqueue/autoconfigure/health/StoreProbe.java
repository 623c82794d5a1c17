package io.jobqueue.autoconfigure.health;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;

/**
 * Asks the store one question without letting who asks wait for long: a pool without
 * connections or a server that hangs can take half a minute to fail, and a probe that is
 * not answered within a second counts as failed. While an answer is outstanding nothing
 * more is asked, so a hanging store costs one thread. Thread-safe.
 */
final class StoreProbe {

	private final Callable<Integer> question;

	private final long patience;

	// Guarded by this.
	private @Nullable Inquiry inquiry;

	/**
	 * Create a probe.
	 * @param question asks the store
	 * @param patience how long to wait for the answer, from when it was asked
	 */
	StoreProbe(Callable<Integer> question, Duration patience) {
		this.question = question;
		this.patience = patience.toNanos();
	}

	/**
	 * Ask, or wait on for the answer to what was asked before.
	 * @return the answer, and how long it took
	 * @throws Exception what the store threw, or that it has not answered in time
	 */
	Answer ask() throws Exception {
		Inquiry current = inquire();
		try {
			return current.get(Math.max(current.askedAt + this.patience - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			long silence = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - current.askedAt);
			throw new JobStoreException("It was asked " + silence + " ms ago", null);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception failure) ? failure : ex;
		}
	}

	private synchronized Inquiry inquire() {
		Inquiry current = this.inquiry;
		if (current == null || current.isDone()) {
			current = new Inquiry(this.question, System.nanoTime());
			Thread thread = new Thread(current, "job-queue-health");
			thread.setDaemon(true);
			thread.start();
			this.inquiry = current;
		}
		return current;
	}

	/**
	 * What the store answered.
	 *
	 * @param value the value
	 * @param latency how long it took
	 */
	record Answer(int value, Duration latency) {
	}

	/**
	 * The question, asked once.
	 */
	private static final class Inquiry extends FutureTask<Answer> {

		private final long askedAt;

		Inquiry(Callable<Integer> question, long askedAt) {
			super(() -> new Answer(question.call(), Duration.ofNanos(System.nanoTime() - askedAt)));
			this.askedAt = askedAt;
		}

	}

}
