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

	static StoredEnd read(byte[] value) {
		Reader reader = new Reader(value);
		reader.number(1);
		long started = reader.number(StoredJob.TIME);
		Instant finishedAt = Instant.ofEpochMilli(reader.number(StoredJob.TIME));
		long node = reader.number(StoredJob.TIME);
		return new StoredEnd((started != 0) ? Instant.ofEpochMilli(started) : null, finishedAt,
				(node != 0) ? node : null, reader.small(StoredJob.ATTEMPTS), reader.small(1),
				reader.hasNext() ? reader.text() : null);
	}

}
