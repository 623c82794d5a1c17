package io.jobqueue.autoconfigure;

import java.util.Locale;

import io.jobqueue.store.JobStore;

/**
 * The stores that can be chosen by {@code job-queue.store}.
 *
 * @since 0.1.0
 */
public enum JobStoreType {

	/**
	 * The tables of a PostgreSQL database. Detected.
	 */
	POSTGRES,

	/**
	 * A Redis or Valkey server, or a cluster. Detected.
	 */
	REDIS,

	/**
	 * The memory of this process, for tests and demonstrations only. Never detected.
	 */
	MEMORY;

	/**
	 * Return what people call a store: {@code postgres}, {@code redis} or {@code memory};
	 * of others the name of the class without its usual end.
	 * @param store the store
	 * @return its name
	 */
	public static String nameOf(JobStore store) {
		return store.getClass().getSimpleName().replace("JobStore", "").toLowerCase(Locale.ROOT);
	}

}
