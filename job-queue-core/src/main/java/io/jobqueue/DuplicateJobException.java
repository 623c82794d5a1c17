package io.jobqueue;

/**
 * Another job holds the unique key of a job that was to be enqueued with
 * {@link OnDuplicate#FAIL}. Nothing of the call was enqueued.
 *
 * @since 0.1.0
 * @see Unique#orFail()
 */
@SuppressWarnings("serial")
public final class DuplicateJobException extends JobQueueException {

	private final JobId id;

	/**
	 * Create an exception.
	 * @param id the job that holds the key
	 * @param handler the name of its handler
	 * @param queue its queue
	 */
	public DuplicateJobException(JobId id, String handler, String queue) {
		super("Another job holds the unique key, so nothing was enqueued (id: " + id + ", handler: " + handler
				+ ", queue: " + queue + ")", null);
		this.id = id;
	}

	/**
	 * Return the job that holds the key.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
