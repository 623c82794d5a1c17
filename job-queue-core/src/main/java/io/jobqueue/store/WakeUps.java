package io.jobqueue.store;

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
		 * Somebody wants to cancel running jobs, of this node or of others; a heartbeat
		 * tells which.
		 */
		default void cancellationRequested() {
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
