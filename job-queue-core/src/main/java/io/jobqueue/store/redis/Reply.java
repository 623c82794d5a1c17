package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;

/**
 * The reply of a script, read from its beginning to its end.
 */
final class Reply {

	private final List<?> values;

	private int next;

	private Reply(List<?> values) {
		this.values = values;
	}

	/**
	 * Return a reply.
	 * @param value what came back: a list, or one value
	 */
	static Reply of(@Nullable Object value) {
		if (value instanceof List<?> list) {
			return new Reply(list);
		}
		if (value == null) {
			throw new JobStoreException("Redis answered nothing", null);
		}
		return new Reply(List.of(value));
	}

	boolean hasNext() {
		return this.next < this.values.size();
	}

	int left() {
		return this.values.size() - this.next;
	}

	long number() {
		Object value = value();
		return (value instanceof Long number) ? number : Digits.parse((byte[]) value);
	}

	/**
	 * Return the next job.
	 * @param queue the number of the queue that knows it
	 */
	JobId job(int queue) {
		Object value = value();
		return (value instanceof Long number) ? JobNumbers.id(number, queue) : JobNumbers.parse((byte[]) value, queue);
	}

	int count() {
		return Math.toIntExact(number());
	}

	byte[] bytes() {
		return (byte[]) value();
	}

	String text() {
		return new String(bytes(), StandardCharsets.UTF_8);
	}

	Reply list() {
		return of(value());
	}

	private Object value() {
		if (!hasNext()) {
			throw new JobStoreException("Redis answered less than expected", null);
		}
		return this.values.get(this.next++);
	}

}
