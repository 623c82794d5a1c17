package io.jobqueue.test.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What steps do with lists.
 */
final class Lists {

	private Lists() {
	}

	static <T> List<T> without(List<T> list, int index) {
		List<T> shorter = new ArrayList<>(list);
		shorter.remove(index);
		return shorter;
	}

	static String join(Collection<?> elements) {
		return elements.stream().map(Object::toString).collect(Collectors.joining(", "));
	}

	static String jobs(Collection<Integer> labels) {
		return labels.stream().map((label) -> "j" + label).collect(Collectors.joining(", "));
	}

}
