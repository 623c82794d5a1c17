package io.jobqueue.store.redis;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobProgress;

/**
 * What a handler reported, as it is stored: the percentage, then the message if there is
 * one.
 */
final class StoredProgress {

	private StoredProgress() {
	}

	static byte[] write(JobProgress progress) {
		String message = progress.message();
		Writer writer = new Writer().number(progress.percent(), 1);
		return ((message != null) ? writer.number(1, 1).text(message) : writer).toBytes();
	}

	static @Nullable JobProgress read(byte[] value) {
		if (value.length == 0) {
			return null;
		}
		Reader reader = new Reader(value);
		int percent = reader.small(1);
		return new JobProgress(percent, (reader.hasNext() && reader.small(1) > 0) ? reader.text() : null);
	}

}
