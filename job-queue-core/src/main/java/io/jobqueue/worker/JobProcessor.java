package io.jobqueue.worker;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.DiscardJobException;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.retry.RetryDelays;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

/**
 * Runs one attempt of a job from its arguments to its outcome. Nothing that a handler
 * does comes out of here but an outcome.
 */
final class JobProcessor {

	/** The greatest size of a result, in characters of its JSON. */
	static final int MAX_RESULT_LENGTH = 64 * 1024;

	private static final Duration LONGEST_DELAY = Duration.ofDays(36_525);

	private static final Log logger = LogFactory.getLog(JobProcessor.class);

	private final JobSerializer serializer;

	private final RetryPolicy retryPolicy;

	private final @Nullable TransactionalAttempt transactions;

	private final List<JobInterceptor> interceptors;

	JobProcessor(JobSerializer serializer, RetryPolicy retryPolicy, @Nullable TransactionalAttempt transactions,
			List<JobInterceptor> interceptors) {
		this.serializer = serializer;
		this.retryPolicy = retryPolicy;
		this.transactions = transactions;
		this.interceptors = List.copyOf(interceptors);
	}

	/**
	 * Run an attempt on the calling thread.
	 */
	Attempt process(JobExecution execution, JobHandler handler) {
		if (this.interceptors.isEmpty()) {
			return run(execution, handler);
		}
		long start = System.nanoTime();
		return new InterceptedAttempt(this.interceptors, execution, () -> run(execution, handler),
				(failure) -> failed(execution, handler, failure, Duration.ofNanos(System.nanoTime() - start)))
			.run();
	}

	private Attempt run(JobExecution execution, JobHandler handler) {
		long start = System.nanoTime();
		@Nullable Object[] arguments;
		try {
			arguments = this.serializer.readArguments(execution.job().arguments(), handler.argumentTypes());
		}
		catch (Throwable ex) {
			return undecodable(execution, ex);
		}
		try {
			if (handler.transaction() != null && this.transactions != null) {
				return this.transactions.run(handler.transaction(), () -> call(execution, handler, arguments, start));
			}
			return call(execution, handler, arguments, start);
		}
		catch (Throwable ex) {
			return failed(execution, handler, ex, Duration.ofNanos(System.nanoTime() - start));
		}
	}

	/**
	 * Return how a job ended that was told to stop before it began. The store knows
	 * whether it was cancelled.
	 */
	Attempt notStarted(JobExecution execution) {
		return new Attempt(Outcome.released(execution.job()), null, false);
	}

	private Attempt call(JobExecution execution, JobHandler handler, @Nullable Object[] arguments, long start)
			throws Throwable {
		Object value = handler.invoker().invoke(arguments, execution);
		StopReason reason = execution.stopReason();
		if (reason == StopReason.TIMEOUT) {
			// What comes late does not count.
			throw new JobTimeoutException();
		}
		if (reason == StopReason.CANCELLED) {
			throw new StoppedException();
		}
		String result = (value != null) ? result(execution, value) : null;
		return new Attempt(Outcome.succeeded(execution.job(), result, Duration.ofNanos(System.nanoTime() - start)),
				null, false);
	}

	// The work is done, so a result that cannot be kept is no reason to do it again.
	private @Nullable String result(JobExecution execution, Object value) {
		try {
			String json = this.serializer.writeResult(value);
			if (json.length() <= MAX_RESULT_LENGTH) {
				return json;
			}
			logger.warn("The result of " + execution + " is not kept: it has " + json.length()
					+ " characters, the limit is " + MAX_RESULT_LENGTH + ". Store it elsewhere and return a reference");
		}
		catch (Throwable ex) {
			Failures.log(ex, (failure) -> logger
				.warn("The result of " + execution + " is not kept: it cannot be written as JSON", failure));
		}
		return null;
	}

	private Attempt undecodable(JobExecution execution, Throwable failure) {
		Failures.log(failure,
				(shown) -> logger.error(execution
						+ " failed for good: its arguments cannot be read. They are kept: retry it when a version that"
						+ " can read them is deployed", shown));
		return new Attempt(Outcome.failed(execution.job(), Failures.describe(failure), Duration.ZERO), failure, false);
	}

	private Attempt failed(JobExecution execution, JobHandler handler, Throwable failure, Duration elapsed) {
		ClaimedJob job = execution.job();
		StopReason reason = execution.stopReason();
		if (reason == StopReason.SHUTDOWN || reason == StopReason.LAPSE) {
			return new Attempt(Outcome.released(job), null, false);
		}
		if (reason == StopReason.CANCELLED) {
			return new Attempt(Outcome.cancelled(job, null, elapsed), null, false);
		}
		if (reason == StopReason.TIMEOUT) {
			// What the interrupt led to says nothing about the job.
			Throwable timeout = (failure instanceof JobTimeoutException) ? failure : new JobTimeoutException(failure);
			return judged(execution, handler, timeout, handler.failureRules()::judgeItself, elapsed);
		}
		if (failure instanceof SnoozeJobException snooze) {
			return new Attempt(Outcome.snoozed(job, bounded(snooze.getDelay()), elapsed), null, false);
		}
		if (failure instanceof DiscardJobException) {
			logger.debug(execution + " was discarded by its handler", failure);
			return new Attempt(Outcome.cancelled(job, Failures.describe(failure), elapsed), failure, false);
		}
		if (failure instanceof RetryJobException) {
			return retryOrFail(execution, handler, failure, true, elapsed);
		}
		return judged(execution, handler, failure, handler.failureRules()::judge, elapsed);
	}

	private Attempt judged(JobExecution execution, JobHandler handler, Throwable failure,
			Function<Throwable, FailureRules.Verdict> rules, Duration elapsed) {
		FailureRules.Verdict verdict = verdict(failure, rules);
		if (verdict == FailureRules.Verdict.DISCARD) {
			Failures.log(failure, (shown) -> logger.info(execution + " is discarded, as its handler says", shown));
			return new Attempt(Outcome.cancelled(execution.job(), Failures.describe(failure), elapsed), failure, false);
		}
		return retryOrFail(execution, handler, failure, verdict == FailureRules.Verdict.RETRY, elapsed);
	}

	// Asking for a cause is a call of somebody else's code.
	private static FailureRules.Verdict verdict(Throwable failure, Function<Throwable, FailureRules.Verdict> rules) {
		try {
			return rules.apply(failure);
		}
		catch (Throwable ex) {
			return FailureRules.Verdict.RETRY;
		}
	}

	private Attempt retryOrFail(JobExecution execution, JobHandler handler, Throwable failure, boolean mayRetry,
			Duration elapsed) {
		ClaimedJob job = execution.job();
		Duration delay = (mayRetry && execution.attempt() < job.maxAttempts()) ? delay(execution, handler, failure)
				: null;
		Outcome.Failure description = Failures.describe(failure);
		if (delay == null) {
			Failures.log(failure, (shown) -> logger.error(execution + " failed for good", shown));
			return new Attempt(Outcome.failed(job, description, elapsed), failure, false);
		}
		Failures.log(failure, (shown) -> logger.warn(execution + " failed and will be retried in " + delay, shown));
		return new Attempt(Outcome.retry(job, delay, description, elapsed), failure, false);
	}

	private @Nullable Duration delay(JobExecution execution, JobHandler handler, Throwable failure) {
		if (failure instanceof RetryJobException retry) {
			return bounded(retry.getDelay());
		}
		try {
			Duration delay = policy(execution.job(), handler).delay(execution.attempt(), failure);
			return (delay != null) ? bounded(delay) : null;
		}
		catch (Throwable ex) {
			Failures.log(ex, (shown) -> logger
				.error("The retry policy of " + handler + " failed; the default is used for " + execution, shown));
			return Backoff.DEFAULT.delay(execution.attempt(), failure);
		}
	}

	// A store could not add an endless delay to its time, and would refuse the whole
	// batch.
	private static Duration bounded(Duration delay) {
		if (delay.isNegative()) {
			return Duration.ZERO;
		}
		return (delay.compareTo(LONGEST_DELAY) > 0) ? LONGEST_DELAY : delay;
	}

	private RetryPolicy policy(ClaimedJob job, JobHandler handler) {
		String own = job.backoff();
		return (own != null) ? RetryDelays.parse(own)
				: Objects.requireNonNullElse(handler.retryPolicy(), this.retryPolicy);
	}

	/**
	 * How an attempt ended.
	 *
	 * @param outcome what to report
	 * @param failure what was thrown, for listeners
	 * @param isSettled whether the store knows the outcome already, because it was part
	 * of the handler's transaction
	 */
	record Attempt(Outcome outcome, @Nullable Throwable failure, boolean isSettled) {
	}

	/**
	 * Ends the call of a handler that returned although it was told to stop.
	 */
	@SuppressWarnings("serial")
	private static final class StoppedException extends RuntimeException {

		StoppedException() {
			super("Told to stop", null, false, false);
		}

	}

}
