package io.jobqueue;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A job whose result somebody wants failed for good, so there is none.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobFailedException extends JobQueueException {

	private final JobId id;

	private final transient @Nullable JobFailure failure;

	/**
	 * Create an exception.
	 * @param job the job, which failed
	 */
	public JobFailedException(JobRecord job) {
		super("Job " + job.id() + " failed for good after " + job.attempt() + " of " + job.maxAttempts() + " attempts"
				+ describe(last(job)) + " (handler: " + job.handler() + ", queue: " + job.queue() + ")", null);
		this.id = job.id();
		this.failure = last(job);
	}

	private static @Nullable JobFailure last(JobRecord job) {
		List<JobFailure> failures = job.failures();
		return failures.isEmpty() ? null : failures.get(failures.size() - 1);
	}

	private static String describe(@Nullable JobFailure failure) {
		return (failure == null) ? ""
				: ": " + failure.type() + ((failure.message() != null) ? ": " + failure.message() : "");
	}

	/**
	 * Return the job that failed.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

	/**
	 * Return the last failure of the job, with type, message and stack trace of what was
	 * thrown.
	 * @return the failure; {@code null} if nothing is recorded
	 */
	public @Nullable JobFailure getFailure() {
		return this.failure;
	}

}
