package io.jobqueue.worker;

import java.io.PrintWriter;
import java.io.StringWriter;

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

	// Both are overridable, so both can throw.
	private static @Nullable String message(Throwable failure) {
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
		return (text != null && text.length() > length) ? text.substring(0, length) : text;
	}

}
