package io.jobqueue.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * Numbers among the named texts that workflows and tasks are stored as.
 */
final class Numbers {

	private static final String SEPARATOR = ",";

	private Numbers() {
	}

	static int get(Map<String, String> values, String key) {
		String text = values.get(key);
		return (text != null) ? Integer.parseInt(text) : 0;
	}

	static void put(Map<String, String> values, String key, long number) {
		if (number != 0) {
			values.put(key, Long.toString(number));
		}
	}

	static void put(Map<String, String> values, String key, @Nullable Object text) {
		if (text != null) {
			values.put(key, text.toString());
		}
	}

	static List<Integer> list(Map<String, String> values, String key) {
		String text = values.get(key);
		List<Integer> numbers = new ArrayList<>();
		if (text != null) {
			for (String number : text.split(SEPARATOR)) {
				numbers.add(Integer.valueOf(number));
			}
		}
		return numbers;
	}

	static void put(Map<String, String> values, String key, List<Integer> numbers) {
		if (!numbers.isEmpty()) {
			StringJoiner text = new StringJoiner(SEPARATOR);
			numbers.forEach((number) -> text.add(number.toString()));
			values.put(key, text.toString());
		}
	}

}
