package io.jobqueue;

/**
 * For how long a job holds its unique key. Whatever the scope, a job that is deleted,
 * cancelled, or fails for good frees its key.
 *
 * @since 0.1.0
 * @see Unique
 */
public enum UniqueScope {

	/**
	 * While the job waits, for its due time, for its turn, or for a retry. From its claim
	 * on another job may get the key, so what happens while it runs leads to one more
	 * run, and not to more than one.
	 */
	WHILE_WAITING,

	/**
	 * Until the job is finished, the times between its retries included.
	 */
	UNTIL_FINISHED,

	/**
	 * For a time from the enqueue on, by the store's clock, also when the job has
	 * succeeded long before.
	 */
	FOR_DURATION

}
