package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

import io.jobqueue.InvalidJobHandlerException;

/**
 * Reads the text attributes of one {@link Job @Job} method. What cannot be read becomes
 * an exception that names the method, the attribute and the remedy.
 */
final class AttributeReader {

	private final Method method;

	private final StringValueResolver placeholders;

	AttributeReader(Method method, StringValueResolver placeholders) {
		this.method = method;
		this.placeholders = placeholders;
	}

	Method method() {
		return this.method;
	}

	@Nullable String text(String attribute, String value) {
		if (value.isEmpty()) {
			return null;
		}
		String resolved = resolve(attribute, value);
		// Outside of Boot, Spring leaves a placeholder that nothing resolves as it is.
		if (resolved != null && resolved.contains("${")) {
			throw unresolvable(attribute, value, null);
		}
		return StringUtils.hasText(resolved) ? resolved.trim() : null;
	}

	private @Nullable String resolve(String attribute, String value) {
		try {
			return this.placeholders.resolveStringValue(value);
		}
		catch (RuntimeException ex) {
			throw unresolvable(attribute, value, ex);
		}
	}

	@Nullable Duration duration(String attribute, String value) {
		String text = text(attribute, value);
		if (text == null) {
			return null;
		}
		try {
			return DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw unreadable(attribute, text, "a duration such as 500ms, 30s, 1h30m or PT30S", ex);
		}
	}

	@Nullable Double decimal(String attribute, String value) {
		String text = text(attribute, value);
		try {
			return (text != null) ? Double.valueOf(text) : null;
		}
		catch (NumberFormatException ex) {
			throw unreadable(attribute, String.valueOf(text), "a number such as 1.5", ex);
		}
	}

	Integer integer(String attribute, String text) {
		try {
			return Integer.valueOf(text);
		}
		catch (NumberFormatException ex) {
			throw unreadable(attribute, text, "a whole number", ex);
		}
	}

	<T> T check(String setting, String remedy, Supplier<T> value) {
		try {
			return value.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid("has a wrong " + setting + ": " + ex.getMessage(), remedy);
		}
	}

	InvalidJobHandlerException invalid(String problem, String remedy) {
		return JobMethods.invalid(this.method, problem, remedy, null);
	}

	private InvalidJobHandlerException unreadable(String attribute, String text, String expected, Exception cause) {
		return JobMethods.invalid(this.method, "has " + attribute + " = '" + text + "'",
				"Set '" + attribute + "' to " + expected, cause);
	}

	private InvalidJobHandlerException unresolvable(String attribute, String value, @Nullable Exception cause) {
		return JobMethods.invalid(this.method, "has " + attribute + " = '" + value + "', which cannot be resolved",
				"Define the property, or give a default as in '${some.property:default}'", cause);
	}

}
