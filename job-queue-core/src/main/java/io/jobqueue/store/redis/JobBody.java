package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.serialization.LimitJson;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;

/**
 * The part of a stored job that never changes: priority and handler, which scripts look
 * at, then the limits, headers and arguments, which they do not. What is not set takes no
 * room.
 *
 * @param priority higher runs first
 * @param handler name of the handler
 * @param maxAttempts number of attempts after which it fails for good
 * @param timeout the time one attempt may take
 * @param backoff the delays of the job
 * @param headers the headers
 * @param arguments the arguments
 * @param limits the limits besides those of its queue, as {@link LimitJson} writes them
 * @param deadline until when it must have been started, in milliseconds; 0 for no
 * deadline
 */
record JobBody(int priority, String handler, int maxAttempts, @Nullable Duration timeout, @Nullable String backoff,
		Map<String, String> headers, String arguments, @Nullable String limits, long deadline) {

	private static final int HAS_TIMEOUT = 1;

	private static final int HAS_BACKOFF = 2;

	private static final int HAS_HEADERS = 4;

	// Known to scripts, as the next one: what comes first behind the flags, and second.
	private static final int HAS_LIMITS = 8;

	private static final int HAS_DEADLINE = 16;

	// Known to scripts, too, and third.
	private static final int HAS_TASK = 32;

	private static final int LONG = 8;

	private static final int INT = 4;

	private static final int SHORT = 2;

	static byte[] write(NewJob job) {
		Duration timeout = job.timeout();
		String backoff = job.backoff();
		String limits = LimitJson.write(job.limits());
		TaskRef task = TaskRef.of(job.headers());
		Writer writer = new Writer().number(job.priority(), 1).text(job.handler(), 1).number(job.maxAttempts(), SHORT);
		writer.number(((timeout != null) ? HAS_TIMEOUT : 0) | ((backoff != null) ? HAS_BACKOFF : 0)
				| (job.headers().isEmpty() ? 0 : HAS_HEADERS) | ((limits != null) ? HAS_LIMITS : 0)
				| ((job.deadline() != null) ? HAS_DEADLINE : 0) | ((task != null) ? HAS_TASK : 0), 1);
		if (limits != null) {
			writer.text(limits, SHORT);
		}
		if (job.deadline() != null) {
			// Scripts write it, since it may depend on the due time.
			writer.number(0, StoredJob.TIME);
		}
		if (task != null) {
			writer.text(task.toString(), 1);
		}
		if (timeout != null) {
			writer.number(timeout.toMillis(), LONG);
		}
		if (backoff != null) {
			writer.text(backoff, SHORT);
		}
		if (!job.headers().isEmpty()) {
			writer.number(job.headers().size(), INT);
			job.headers().forEach((name, value) -> writer.text(name, INT).text(value, INT));
		}
		return writer.text(job.arguments()).toBytes();
	}

	static JobBody read(Reader reader) {
		int priority = reader.signed();
		String handler = reader.text(1);
		int maxAttempts = reader.small(SHORT);
		int flags = reader.small(1);
		String limits = ((flags & HAS_LIMITS) != 0) ? reader.text(SHORT) : null;
		long deadline = ((flags & HAS_DEADLINE) != 0) ? reader.number(StoredJob.TIME) : 0;
		if ((flags & HAS_TASK) != 0) {
			reader.text(1);
		}
		Duration timeout = ((flags & HAS_TIMEOUT) != 0) ? Duration.ofMillis(reader.number(LONG)) : null;
		String backoff = ((flags & HAS_BACKOFF) != 0) ? reader.text(SHORT) : null;
		Map<String, String> headers = ((flags & HAS_HEADERS) != 0) ? readHeaders(reader) : Map.of();
		return new JobBody(priority, handler, maxAttempts, timeout, backoff, headers, reader.text(), limits, deadline);
	}

	private static Map<String, String> readHeaders(Reader reader) {
		Map<String, String> headers = new LinkedHashMap<>();
		for (int left = reader.small(INT); left > 0; left--) {
			headers.put(reader.text(INT), reader.text(INT));
		}
		return Collections.unmodifiableMap(headers);
	}

}
