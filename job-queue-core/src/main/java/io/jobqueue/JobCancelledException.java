package io.jobqueue;

import java.util.List;

/**
 * A job whose result somebody wants was cancelled, by somebody or by its handler, so
 * there is none.
 *
 * @since 0.1.0
 * @see DiscardJobException
 */
@SuppressWarnings("serial")
public final class JobCancelledException extends JobQueueException {

	private final JobId id;

	/**
	 * Create an exception.
	 * @param job the job, which was cancelled
	 */
	public JobCancelledException(JobRecord job) {
		super("Job " + job.id() + " was cancelled" + reason(job) + " (handler: " + job.handler() + ", queue: "
				+ job.queue() + ")", null);
		this.id = job.id();
	}

	// The handler's own reason is recorded as its last failure.
	private static String reason(JobRecord job) {
		List<JobFailure> failures = job.failures();
		JobFailure last = failures.isEmpty() ? null : failures.get(failures.size() - 1);
		return (last != null && last.type().equals(DiscardJobException.class.getName()))
				? " by its handler: " + last.message() : "";
	}

	/**
	 * Return the job that was cancelled.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
