package io.jobqueue.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Refuses values of properties that make no sense, by the name of the property and with
 * the remedy.
 */
final class PropertyCheck {

	private PropertyCheck() {
	}

	static void check(boolean isValid, String property, @Nullable Object value, String remedy) {
		if (!isValid) {
			throw invalid(property, value, remedy);
		}
	}

	static InvalidConfigurationPropertyValueException invalid(String property, @Nullable Object value, String remedy) {
		return new InvalidConfigurationPropertyValueException(property, value, remedy + ".");
	}

	/**
	 * Return what is made from a property, and refuse it if that cannot be made.
	 */
	static <T> T make(String property, @Nullable Object value, Supplier<T> maker) {
		try {
			return maker.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(property, value, String.valueOf(ex.getMessage()));
		}
	}

}
