package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * What a limit can be set for at run time, see
 * {@link JobAdmin#limit(LimitTarget, JobLimit)}.
 *
 * @param queue the queue
 * @param scope which of its jobs count together
 * @param handler the handler whose jobs are meant, or {@code null} for all of the queue
 * @since 0.1.0
 */
public record LimitTarget(String queue, Scope scope, @Nullable String handler) {

	/**
	 * Which jobs count together.
	 */
	public enum Scope {

		/** All jobs of the queue. */
		QUEUE,

		/** The jobs of one handler. */
		HANDLER,

		/** The jobs of one handler that have the same concurrency key. */
		KEY

	}

	/**
	 * Create a target.
	 */
	public LimitTarget {
		JobNames.requireValid("queue name", queue);
		if (scope == Scope.QUEUE) {
			if (handler != null) {
				throw new IllegalArgumentException("A limit of a queue is for no single handler");
			}
		}
		else {
			JobNames.requireValid("handler name", (handler != null) ? handler : "");
		}
	}

	/**
	 * Return the target for all jobs of a queue.
	 * @param queue the queue
	 * @return the target
	 */
	public static LimitTarget queue(String queue) {
		return new LimitTarget(queue, Scope.QUEUE, null);
	}

	/**
	 * Return the target for the jobs of a handler in a queue, as far as they were
	 * enqueued with a limit for their handler.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @return the target
	 */
	public static LimitTarget handler(String queue, String handler) {
		return new LimitTarget(queue, Scope.HANDLER, handler);
	}

	/**
	 * Return the target for each concurrency key of a handler's jobs in a queue.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @return the target
	 */
	public static LimitTarget keysOf(String queue, String handler) {
		return new LimitTarget(queue, Scope.KEY, handler);
	}

}
