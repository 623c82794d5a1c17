package io.jobqueue.serialization;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;

/**
 * Describes a Jackson exception without its message, which quotes what could not be read:
 * only where it happened and of what kind it is.
 */
final class JsonFailure {

	private static final int MAX_DEPTH = 10;

	private JsonFailure() {
	}

	/**
	 * Describe an exception.
	 * @param ex the exception
	 * @param skip how many leading elements of its path to leave out
	 * @return the description, which begins with a space
	 */
	static String describe(JacksonException ex, int skip) {
		String path = path(ex.getPath(), skip);
		return (path.isEmpty() ? "" : " at " + path) + " (" + ex.getClass().getSimpleName() + location(ex) + cause(ex)
				+ ")";
	}

	private static String path(List<Reference> path, int skip) {
		StringBuilder text = new StringBuilder();
		path.stream().skip(skip).limit(MAX_DEPTH).forEach((reference) -> append(text, reference));
		return text.append((path.size() - skip > MAX_DEPTH) ? "..." : "").toString();
	}

	private static void append(StringBuilder text, Reference reference) {
		String name = reference.getPropertyName();
		if (name == null) {
			text.append('[').append((reference.getIndex() >= 0) ? reference.getIndex() : "?").append(']');
		}
		else if (isMap(reference.from())) {
			// The key of a map is data, as its value is.
			text.append("[*]");
		}
		else {
			text.append((text.length() > 0) ? "." : "").append(name);
		}
	}

	private static boolean isMap(@Nullable Object container) {
		return container instanceof Map || (container instanceof Class<?> type && Map.class.isAssignableFrom(type));
	}

	private static String location(JacksonException ex) {
		long offset = (ex.getLocation() != null) ? ex.getLocation().getCharOffset() : -1;
		return (offset >= 0) ? ", character " + offset : "";
	}

	private static String cause(JacksonException ex) {
		Throwable root = ex;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		if (root instanceof JacksonException) {
			return "";
		}
		StackTraceElement[] frames = root.getStackTrace();
		return ", caused by " + root.getClass().getName() + ((frames.length > 0) ? " at " + frames[0] : "");
	}

}
