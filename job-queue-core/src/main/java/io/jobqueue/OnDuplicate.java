package io.jobqueue;

/**
 * What to do with an enqueue whose unique key another job holds.
 *
 * @since 0.1.0
 * @see Unique
 */
public enum OnDuplicate {

	/**
	 * Leave the other job as it is, and enqueue none.
	 */
	SKIP,

	/**
	 * Let the other job become the one that is enqueued now: arguments, headers, due
	 * time, priority, attempts and timeout. It keeps its id, its place among jobs of the
	 * same priority, and the record of its failures. A job that does not wait any more
	 * cannot be changed; then this is {@link #SKIP}.
	 */
	REPLACE,

	/**
	 * Move the due time of the other job to that of this one, unless it is later already,
	 * and leave the rest of it as it is. A job that does not wait any more cannot be
	 * changed; then this is {@link #SKIP}.
	 */
	POSTPONE,

	/**
	 * Throw a {@link DuplicateJobException}, and enqueue nothing of the call.
	 */
	FAIL

}
