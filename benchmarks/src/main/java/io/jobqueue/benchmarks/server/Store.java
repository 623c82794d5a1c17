package io.jobqueue.benchmarks.server;

import java.util.Locale;

/**
 * A kind of server.
 */
public enum Store {

	/** PostgreSQL. */
	POSTGRES,

	/** Redis. */
	REDIS;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
