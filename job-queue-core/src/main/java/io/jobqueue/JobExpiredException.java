package io.jobqueue;

/**
 * A job was not started before its deadline, so it has failed without having been run.
 * Recorded as its failure, and seen by listeners; nobody throws it.
 *
 * @since 0.1.0
 * @see JobSpec#deadline(java.time.Duration)
 */
@SuppressWarnings("serial")
public final class JobExpiredException extends JobQueueException {

	/**
	 * What is recorded as the message of the failure.
	 */
	public static final String MESSAGE = "No node started this job before its deadline";

	private final JobId id;

	/**
	 * Create an exception.
	 * @param id the job that expired
	 * @param handler the name of its handler
	 * @param queue the queue it waited in
	 */
	public JobExpiredException(JobId id, String handler, String queue) {
		super(MESSAGE + " (id: " + id + ", handler: " + handler + ", queue: " + queue + ")", null);
		this.id = id;
	}

	/**
	 * Return the job that expired.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
