package io.jobqueue.store;

import java.util.Set;

import io.jobqueue.JobId;

/**
 * The answer to a heartbeat.
 *
 * @param isAlive whether the node is still registered; if not, its jobs belong to others
 * now and it needs a new id
 * @param cancelled jobs of this node that somebody wants to be cancelled
 * @since 0.1.0
 */
public record Pulse(boolean isAlive, Set<JobId> cancelled) {

	/**
	 * The answer to a node that others have declared dead.
	 */
	public static final Pulse DEAD = new Pulse(false, Set.of());

}
