package io.jobqueue.benchmarks.server;

import org.jspecify.annotations.Nullable;

/**
 * What a server has counted, or has counted between two moments. What a kind of server
 * does not count, or cannot be known of a server elsewhere, is {@code null}.
 *
 * @param walBytes bytes written ahead: WAL of PostgreSQL, append-only file of Redis
 * @param commits committed transactions of the database
 * @param commands commands executed by Redis, those inside of scripts included
 * @param cpuNanos processor time of all processes of the server
 */
public record Counters(@Nullable Long walBytes, @Nullable Long commits, @Nullable Long commands,
		@Nullable Long cpuNanos) {

	/**
	 * Return what has been counted since an earlier moment.
	 * @param earlier the counters then
	 * @return the difference
	 */
	public Counters since(Counters earlier) {
		return new Counters(minus(this.walBytes, earlier.walBytes), minus(this.commits, earlier.commits),
				minus(this.commands, earlier.commands), minus(this.cpuNanos, earlier.cpuNanos));
	}

	private static @Nullable Long minus(@Nullable Long a, @Nullable Long b) {
		return (a != null && b != null) ? a - b : null;
	}

}
