package io.jobqueue.store;

/**
 * The ability of a store to keep the definitions of recurring jobs, and to decide which
 * node fires them.
 *
 * @since 0.1.0
 */
public interface RecurringStore {

	/**
	 * Return the definitions of recurring jobs.
	 * @return the same object every time
	 */
	RecurringDefinitions recurring();

}
