package io.jobqueue.store.redis;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a finished job ended.
 *
 * @param startedAt start of its last attempt; {@code null} if it never ran
 * @param finishedAt its end
 * @param node the node that ran it, if any did
 * @param attempts number of counted attempts
 * @param abandonments how often a node died while it held the job
 * @param result what its handler returned
 */
record StoredEnd(@Nullable Instant startedAt, Instant finishedAt, @Nullable Long node, int attempts, int abandonments,
		@Nullable String result) {

	private static final long NEVER_RAN = (1L << StoredJob.TIME * Byte.SIZE) - 1;

	static StoredEnd read(byte[] value) {
		Reader reader = new Reader(value);
		long end = reader.number(StoredJob.TIME);
		long node = reader.number(StoredJob.TIME);
		reader.number(1);
		long elapsed = reader.number(StoredJob.TIME);
		return new StoredEnd((elapsed != NEVER_RAN) ? Instant.ofEpochMilli(end - elapsed) : null,
				Instant.ofEpochMilli(end), (node != 0) ? node : null, reader.small(StoredJob.ATTEMPTS), reader.small(1),
				reader.hasNext() ? reader.text() : null);
	}

}
