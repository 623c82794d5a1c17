package io.jobqueue.recurring;

/**
 * What becomes of firing times that passed while no node was there to fire, because the
 * application or the store was down.
 *
 * @since 0.1.0
 */
public enum Misfire {

	/**
	 * One job stands for all firing times that have passed; it gets the last one of them.
	 */
	ONCE,

	/**
	 * Firing times that have passed get no job. One that is less than
	 * {@value Recurrence#GRACE_SECONDS} seconds ago has not been missed yet: a restart
	 * does not cost a firing.
	 */
	SKIP,

	/**
	 * Each firing time gets its job, as far back as there are
	 * {@value Recurrence#MAX_MISSED} of them; older ones get none.
	 */
	ALL

}
