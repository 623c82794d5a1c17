package io.jobqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A job did not end within the time that somebody wanted to wait for it. The job goes on.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobAwaitTimeoutException extends JobQueueException {

	private final JobId id;

	/**
	 * Create an exception.
	 * @param id the job
	 * @param timeout how long somebody waited
	 * @param outage why the store could not be asked, if it could not
	 */
	public JobAwaitTimeoutException(JobId id, Duration timeout, @Nullable Throwable outage) {
		super("Job " + id + " has not ended within " + timeout
				+ ((outage != null) ? ", as far as is known: the store cannot be asked" : "")
				+ ". It goes on: wait again, or look at it with JobAdmin", outage);
		this.id = id;
	}

	/**
	 * Return the job that was waited for.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
