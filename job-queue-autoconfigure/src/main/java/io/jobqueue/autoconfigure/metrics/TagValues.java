package io.jobqueue.autoconfigure.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Bounds the values of a tag: those that this application knows, and so many others as
 * come first. Thread-safe.
 */
final class TagValues {

	/** How many values there may be that this application does not know. */
	static final int MAX_UNKNOWN = 100;

	/** What stands for all further values. */
	static final String OTHER = "other";

	private final Predicate<String> known;

	private final Set<String> others = ConcurrentHashMap.newKeySet();

	TagValues(Predicate<String> known) {
		this.known = known;
	}

	String bound(String value) {
		if (this.others.contains(value) || this.known.test(value)) {
			return value;
		}
		synchronized (this.others) {
			if (this.others.size() < MAX_UNKNOWN) {
				this.others.add(value);
				return value;
			}
		}
		return OTHER;
	}

}
