package io.jobqueue.autoconfigure;

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
	MEMORY

}
