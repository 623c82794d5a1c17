package io.jobqueue.store.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Texts that come from anywhere, on their way into a column.
 */
final class SqlTexts {

	private SqlTexts() {
	}

	/**
	 * Return the text without the one character that PostgreSQL does not have.
	 */
	static @Nullable String storable(@Nullable String text) {
		return (text != null) ? text.replace('\u0000', '\uFFFD') : null;
	}

}
