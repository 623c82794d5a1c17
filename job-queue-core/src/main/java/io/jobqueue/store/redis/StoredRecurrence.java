package io.jobqueue.store.redis;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.RecurringDefinition;

/**
 * The definition of a recurring job as bytes, see {@code recurring-change.lua}.
 */
final class StoredRecurrence {

	private static final int TIME = 6;

	private static final int ID = 7;

	private StoredRecurrence() {
	}

	static byte[] write(RecurringDefinition definition) {
		JobId lastJob = definition.lastJob();
		return new Writer().number(definition.version(), TIME)
			.number(millis(definition.dueAt()), TIME)
			.number(millis(definition.nextAt()), TIME)
			.number(millis(definition.lastAt()), TIME)
			.number((lastJob != null) ? lastJob.value() : 0, ID)
			.text(definition.content())
			.toBytes();
	}

	static RecurringDefinition read(String queue, String name, byte[] value) {
		Reader reader = new Reader(value);
		long version = reader.number(TIME);
		Instant dueAt = instant(reader.number(TIME));
		Instant nextAt = instant(reader.number(TIME));
		Instant lastAt = instant(reader.number(TIME));
		long lastJob = reader.number(ID);
		return new RecurringDefinition(name, queue, version, dueAt, nextAt, lastAt,
				(lastJob > 0) ? JobId.of(lastJob) : null, reader.text());
	}

	private static long millis(@Nullable Instant time) {
		return (time != null) ? time.toEpochMilli() : 0;
	}

	private static @Nullable Instant instant(long millis) {
		return (millis > 0) ? Instant.ofEpochMilli(millis) : null;
	}

}
