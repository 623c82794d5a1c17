package io.jobqueue;

/**
 * A job no longer belongs to the node that ran it: the node was declared dead, or the job
 * was deleted meanwhile. What the handler did in its transaction is rolled back; the
 * outcome is not recorded. Seen by listeners and in the log only.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class JobLeaseLostException extends JobQueueException {

	private final JobId id;

	/**
	 * Create an exception.
	 * @param id the job that was lost
	 * @param handler the name of its handler
	 * @param queue the queue it came from
	 */
	public JobLeaseLostException(JobId id, String handler, String queue) {
		super("The lease was lost before the job ended, so its outcome was refused; if the job still exists it runs again"
				+ " (id: " + id + ", handler: " + handler + ", queue: " + queue + ")", null);
		this.id = id;
	}

	/**
	 * Return the job that was lost.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
