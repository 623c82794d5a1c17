package io.jobqueue.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Outcome;

/**
 * What is recorded of a Throwable: bounded, whatever it is.
 */
final class Failures {

	private static final int MAX_MESSAGE_LENGTH = 1000;

	private static final int MAX_STACK_LENGTH = 4096 - MAX_MESSAGE_LENGTH;

	private Failures() {
	}

	static Outcome.Failure describe(Throwable failure) {
		return new Outcome.Failure(failure.getClass().getName(), cut(message(failure), MAX_MESSAGE_LENGTH),
				stackTrace(failure));
	}

	/**
	 * Log a failure, or that it cannot be shown: reading it is a call of somebody else's
	 * code.
	 */
	static void log(Throwable failure, Consumer<Throwable> log) {
		try {
			log.accept(failure);
		}
		catch (Throwable ex) {
			quietly(() -> log
				.accept(new IllegalStateException(failure.getClass().getName() + " (it cannot be shown)")));
		}
	}

	/**
	 * Do what must not stop whoever does it.
	 */
	static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			// Not even logging is known to work.
		}
	}

	// Both are overridable, so both can throw.
	static @Nullable String message(Throwable failure) {
		try {
			return failure.getMessage();
		}
		catch (Throwable ex) {
			return "(its message cannot be read: " + ex.getClass().getName() + ")";
		}
	}

	private static String stackTrace(Throwable failure) {
		try {
			StringWriter text = new StringWriter();
			failure.printStackTrace(new PrintWriter(text));
			String stack = cut(text.toString(), MAX_STACK_LENGTH);
			return (stack != null) ? stack : "";
		}
		catch (Throwable ex) {
			return "";
		}
	}

	private static @Nullable String cut(@Nullable String text, int length) {
		if (text == null || text.length() <= length) {
			return text;
		}
		// Not through the middle of a character.
		return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
	}

}
