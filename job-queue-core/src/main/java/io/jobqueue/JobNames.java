package io.jobqueue;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The one rule for names of queues and handlers: they end up in tables, keys, metrics and
 * URLs, so they are plain.
 *
 * @since 0.1.0
 */
public final class JobNames {

	/**
	 * The greatest length of a name.
	 */
	public static final int MAX_LENGTH = 128;

	/**
	 * The greatest length of the name of a header.
	 */
	public static final int MAX_HEADER_LENGTH = 255;

	/**
	 * The queue of jobs for which none was named.
	 */
	public static final String DEFAULT_QUEUE = "default";

	/**
	 * What ephemeral jobs have in place of a queue.
	 */
	public static final String EPHEMERAL_QUEUE = "ephemeral";

	private JobNames() {
	}

	/**
	 * Return the name if it is valid.
	 * @param what what is being named, for the message
	 * @param name the name to check
	 * @return the same name
	 * @throws IllegalArgumentException if the name is not 1 to {@value #MAX_LENGTH}
	 * characters of letters, digits, dots, underscores and dashes
	 */
	public static String requireValid(String what, @Nullable String name) {
		if (name == null || name.isEmpty() || name.length() > MAX_LENGTH || !hasOnlyNameCharacters(name)) {
			throw new IllegalArgumentException("Not a valid " + what + ": '" + shown(name) + "'. Use 1 to " + MAX_LENGTH
					+ " letters, digits, dots, underscores and dashes");
		}
		return name;
	}

	/**
	 * Check a header of a job.
	 * @param name its name
	 * @param value its value
	 * @throws IllegalArgumentException if the name does not have 1 to
	 * {@value #MAX_HEADER_LENGTH} characters, or there is no value
	 */
	public static void requireValidHeader(String name, @Nullable String value) {
		Assert.isTrue(!name.isEmpty() && name.length() <= MAX_HEADER_LENGTH,
				"The name of a header must have 1 to " + MAX_HEADER_LENGTH + " characters");
		Assert.notNull(value, () -> "The header '" + name + "' must have a value");
	}

	private static boolean hasOnlyNameCharacters(String name) {
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			boolean valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
					|| c == '_' || c == '-';
			if (!valid) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable String shown(@Nullable String name) {
		return (name != null && name.length() > MAX_LENGTH) ? name.substring(0, MAX_LENGTH) + "..." : name;
	}

}
