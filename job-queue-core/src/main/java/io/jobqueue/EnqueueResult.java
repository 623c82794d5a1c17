package io.jobqueue;

/**
 * What became of an enqueue. Always {@link Kind#ENQUEUED} for a job that is not
 * {@linkplain Unique unique}.
 *
 * @param id the job that holds the key now, or that was enqueued
 * @param kind what happened
 * @since 0.1.0
 */
public record EnqueueResult(JobId id, Kind kind) {

	/**
	 * Return the result of an enqueue that led to a new job.
	 * @param id the job
	 * @return the result
	 */
	public static EnqueueResult enqueued(JobId id) {
		return new EnqueueResult(id, Kind.ENQUEUED);
	}

	/**
	 * Return whether there is a new job.
	 * @return {@code true} if it was enqueued
	 */
	public boolean isEnqueued() {
		return this.kind == Kind.ENQUEUED;
	}

	/**
	 * What can happen.
	 */
	public enum Kind {

		/**
		 * There is a new job, and the id is its.
		 */
		ENQUEUED,

		/**
		 * Another job holds the key and stays as it is; the id is its.
		 */
		SKIPPED,

		/**
		 * The waiting job that holds the key was replaced; the id is its.
		 */
		REPLACED,

		/**
		 * The due time of the waiting job that holds the key was moved, or was later
		 * already; the id is its.
		 */
		POSTPONED,

		/**
		 * It is decided after the commit of the caller's transaction, as on Redis. The id
		 * is the one that the job will have if it is enqueued then; otherwise there is
		 * never a job with this id.
		 */
		PENDING

	}

}
