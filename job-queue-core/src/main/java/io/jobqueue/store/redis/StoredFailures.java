package io.jobqueue.store.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobFailure;
import io.jobqueue.store.Outcome;

/**
 * The failed attempts of a job as they are stored: their number, then each after its
 * length. Scripts write attempt and time, and leave the rest alone.
 */
final class StoredFailures {

	private static final int INT = 4;

	private StoredFailures() {
	}

	/**
	 * Write what a script does not know.
	 * @return nothing if there is no failure
	 */
	static byte[] write(Outcome.@Nullable Failure failure) {
		if (failure == null) {
			return new byte[0];
		}
		String message = failure.message();
		Writer writer = new Writer().text(failure.type(), INT).number((message != null) ? 1 : 0, 1);
		if (message != null) {
			writer.text(message, INT);
		}
		return writer.text(failure.stackTrace(), INT).toBytes();
	}

	static List<JobFailure> read(byte[] value) {
		if (value.length == 0) {
			return List.of();
		}
		Reader reader = new Reader(value);
		List<JobFailure> failures = new ArrayList<>();
		for (int left = reader.small(1); left > 0; left--) {
			reader.number(INT);
			int attempt = reader.small(StoredJob.ATTEMPTS);
			Instant at = Instant.ofEpochMilli(reader.number(StoredJob.TIME));
			String type = reader.text(INT);
			String message = (reader.small(1) != 0) ? reader.text(INT) : null;
			failures.add(new JobFailure(attempt, at, type, message, reader.text(INT)));
		}
		return List.copyOf(failures);
	}

}
