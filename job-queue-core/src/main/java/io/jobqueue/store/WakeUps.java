package io.jobqueue.store;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * The ability of a store to tell at once that something has happened, instead of waiting
 * to be asked. Wake-ups are hints: they may be lost, repeated or late, and come from this
 * or any other node.
 *
 * @since 0.1.0
 */
public interface WakeUps {

	/**
	 * Listen for wake-ups.
	 * @param listener told what happened
	 * @return how to stop listening
	 */
	Subscription subscribe(Listener listener);

	/**
	 * Return how many wake-ups this instance of the store has exchanged with others.
	 * @return the numbers since it was created; zero if there are no others
	 */
	default Traffic traffic() {
		return Traffic.NONE;
	}

	/**
	 * Wake-ups on their way between instances of a store.
	 *
	 * @param sent how many were sent to others
	 * @param received how many came from the server; on Redis its own come back, too
	 */
	record Traffic(long sent, long received) {

		/**
		 * Nothing was sent or received.
		 */
		public static final Traffic NONE = new Traffic(0, 0);

	}

	/**
	 * Told what happened, on threads of the store and of enqueuers, so it must return at
	 * once.
	 */
	@FunctionalInterface
	interface Listener {

		/**
		 * A queue may have jobs now.
		 * @param queue the queue
		 */
		void available(String queue);

		/**
		 * Jobs have arrived in a queue, or come back to it. Unless it is overridden, the
		 * same as {@link #available(String)}.
		 * @param queue the queue
		 * @param priority the highest priority among them; 0 if it is not known
		 */
		default void available(String queue, int priority) {
			available(queue);
		}

		/**
		 * Somebody wants to cancel running jobs, of this node or of others; a heartbeat
		 * tells which.
		 */
		default void cancellationRequested() {
		}

		/**
		 * The definition of a recurring job was added or changed, so the next firing time
		 * may be another one.
		 */
		default void recurringChanged() {
		}

		/**
		 * This node has done something that brings a workflow on, see
		 * {@link WorkflowRecords}.
		 */
		default void workflowChanged() {
		}

		/**
		 * Jobs that somebody waits for may have ended, see {@link JobEndings}.
		 * @param job the job, or {@code null} if it may be any
		 */
		default void ended(@Nullable JobId job) {
		}

	}

	/**
	 * An ongoing subscription.
	 */
	@FunctionalInterface
	interface Subscription extends AutoCloseable {

		@Override
		void close();

	}

}
