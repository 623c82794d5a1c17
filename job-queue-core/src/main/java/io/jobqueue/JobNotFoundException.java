package io.jobqueue;

/**
 * No job with that id exists: it never did, was deleted, or its retention has ended.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobNotFoundException extends JobQueueException {

	private final JobId id;

	/**
	 * Create an exception.
	 * @param id the id that was asked for
	 */
	public JobNotFoundException(JobId id) {
		super("There is no job with id " + id + ": it was deleted, or it finished longer ago than its retention", null);
		this.id = id;
	}

	private JobNotFoundException(JobId id, String message) {
		super(message, null);
		this.id = id;
	}

	/**
	 * Create an exception for somebody who waits in an open transaction, which most
	 * likely has enqueued the job itself.
	 * @param id the id that was asked for
	 * @return the exception
	 */
	public static JobNotFoundException inTransaction(JobId id) {
		return new JobNotFoundException(id, "There is no job with id " + id
				+ " yet, if ever: a transaction of this thread is open, and what it enqueues exists only when it has"
				+ " committed. Wait for the job after the commit");
	}

	/**
	 * Return the id that was asked for.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
