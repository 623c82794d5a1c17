package io.jobqueue.workflow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.jobqueue.serialization.JobHeaders;

/**
 * The named values that workflows and tasks are stored as, in the text of a JSON object.
 * Zero, an empty list and {@code null} are left out, as is what does not apply. Not
 * thread-safe.
 */
final class Fields {

	private static final String FAILURE_TYPE = "failureType";

	private static final String FAILURE_MESSAGE = "failureMessage";

	private static final String FINISHED_AT = "finishedAt";

	private static final String SEPARATOR = ",";

	private final Map<String, String> values;

	private Fields(Map<String, String> values) {
		this.values = values;
	}

	/**
	 * Return fields that can be put.
	 * @param values the first of them
	 */
	static Fields of(Map<String, String> values) {
		return new Fields(new LinkedHashMap<>(values));
	}

	/**
	 * Return the fields of a text, which cannot be changed.
	 */
	static Fields read(String text) {
		return new Fields(JobHeaders.read(text));
	}

	Fields put(String key, @Nullable Object value) {
		if (value != null) {
			this.values.put(key, value.toString());
		}
		return this;
	}

	Fields putNumber(String key, long number) {
		return put(key, (number != 0) ? number : null);
	}

	Fields putNumbers(String key, List<? extends Number> numbers) {
		if (!numbers.isEmpty()) {
			StringJoiner text = new StringJoiner(SEPARATOR);
			numbers.forEach((number) -> text.add(number.toString()));
			put(key, text);
		}
		return this;
	}

	Fields putFlag(String key, boolean applies) {
		return put(key, applies ? "true" : null);
	}

	Fields putEnd(@Nullable Instant finishedAt, @Nullable TaskFailure failure) {
		if (failure != null) {
			put(FAILURE_TYPE, failure.type()).put(FAILURE_MESSAGE, failure.message());
		}
		return put(FINISHED_AT, finishedAt);
	}

	@Nullable String text(String key) {
		return this.values.get(key);
	}

	int number(String key) {
		String text = this.values.get(key);
		return (text != null) ? Integer.parseInt(text) : 0;
	}

	List<Integer> numbers(String key) {
		return list(key, Integer::valueOf);
	}

	List<Long> ids(String key) {
		return list(key, Long::valueOf);
	}

	private <T> List<T> list(String key, Function<String, T> reading) {
		String text = this.values.get(key);
		List<T> list = new ArrayList<>();
		if (text != null) {
			for (String part : text.split(SEPARATOR)) {
				list.add(reading.apply(part));
			}
		}
		return list;
	}

	boolean has(String key) {
		return this.values.containsKey(key);
	}

	@Nullable TaskFailure failure() {
		String type = this.values.get(FAILURE_TYPE);
		return (type != null) ? new TaskFailure(type, this.values.get(FAILURE_MESSAGE)) : null;
	}

	@Nullable Instant finishedAt() {
		String text = this.values.get(FINISHED_AT);
		return (text != null) ? Instant.parse(text) : null;
	}

	Map<String, String> values() {
		return this.values;
	}

	/**
	 * Return the text, which is empty if there is no field.
	 */
	@Override
	public String toString() {
		String text = JobHeaders.write(this.values);
		return (text != null) ? text : "";
	}

}
