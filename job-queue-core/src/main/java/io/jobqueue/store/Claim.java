package io.jobqueue.store;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a node wants to take from the store.
 *
 * @param queues the queues to take from, the first as far as possible, then the second,
 * and so on
 * @param limit how many jobs at most, from all queues together; 0 for none
 * @param suspects whether one job may be taken that was abandoned before; it is taken
 * instead of others, so that a job which kills its process is claimed alone
 * @param excludedHandlers names of handlers whose jobs are left for other nodes
 * @since 0.1.0
 */
public record Claim(List<Room> queues, int limit, boolean suspects, Set<String> excludedHandlers) {

	/**
	 * The claim that takes nothing.
	 */
	public static final Claim NONE = new Claim(List.of(), 0, false, Set.of());

	/**
	 * How many jobs one queue may give.
	 *
	 * @param queue the queue
	 * @param room how many jobs at most
	 * @param above the priority that its jobs must be above, or {@code null} if any will
	 * do
	 */
	public record Room(String queue, int room, @Nullable Integer above) {

		/**
		 * Create a room for jobs of any priority.
		 * @param queue the queue
		 * @param room how many jobs at most
		 */
		public Room(String queue, int room) {
			this(queue, room, null);
		}

	}

	/**
	 * Return the claim for one queue.
	 * @param queue the queue
	 * @param limit how many jobs at most
	 * @return the claim, suspects included
	 */
	public static Claim of(String queue, int limit) {
		return new Claim(List.of(new Room(queue, limit)), limit, true, Set.of());
	}

	/**
	 * Return whether nothing can be taken.
	 * @return {@code true} if the store need not look
	 */
	public boolean isEmpty() {
		return this.limit <= 0 || this.queues.isEmpty();
	}

}
