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

	/**
	 * Return the id that was asked for.
	 * @return the id
	 */
	public JobId getId() {
		return this.id;
	}

}
