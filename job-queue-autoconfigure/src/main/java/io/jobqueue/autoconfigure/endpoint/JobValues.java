package io.jobqueue.autoconfigure.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Arguments, headers and results as far as they may be shown. If they may, each value
 * goes through the {@link SanitizingFunction}s of the application, under the name of the
 * property that it is the value of: so a password inside of an argument stays hidden.
 */
final class JobValues {

	private final JsonMapper mapper = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Sanitizer sanitizer;

	JobValues(List<SanitizingFunction> functions) {
		this.sanitizer = new Sanitizer(functions);
	}

	/**
	 * Return what may be shown of stored JSON.
	 * @param name what it is, for values that are in no object
	 * @param json the text as it is stored
	 * @param isShown whether values are shown
	 */
	@Nullable Object json(String name, @Nullable String json, boolean isShown) {
		return (json != null) ? sanitize(name, parse(json), isShown) : null;
	}

	/**
	 * Return what may be shown of a text that is no JSON.
	 */
	@Nullable Object text(String name, String text, boolean isShown) {
		return sanitizeOne(name, text, isShown);
	}

	Map<String, @Nullable Object> headers(Map<String, String> headers, boolean isShown) {
		Map<String, @Nullable Object> sanitized = new LinkedHashMap<>();
		headers.forEach((name, value) -> sanitized.put(name, text(name, value, isShown)));
		return sanitized;
	}

	// What a job failed to read is shown as it is.
	private @Nullable Object parse(String json) {
		try {
			return this.mapper.readValue(json, Object.class);
		}
		catch (JacksonException ex) {
			return json;
		}
	}

	private @Nullable Object sanitize(String name, @Nullable Object value, boolean isShown) {
		if (isShown && value instanceof Map<?, ?> properties) {
			Object whole = sanitizeOne(name, value, true);
			return (whole == value) ? sanitizeEach(properties) : whole;
		}
		if (value instanceof List<?> elements) {
			List<@Nullable Object> sanitized = new ArrayList<>();
			elements.forEach((element) -> sanitized.add(sanitize(name, element, isShown)));
			return sanitized;
		}
		return sanitizeOne(name, value, isShown);
	}

	private Map<String, @Nullable Object> sanitizeEach(Map<?, ?> properties) {
		Map<String, @Nullable Object> sanitized = new LinkedHashMap<>();
		properties.forEach((key, property) -> {
			String name = String.valueOf(key);
			sanitized.put(name, sanitize(name, property, true));
		});
		return sanitized;
	}

	private @Nullable Object sanitizeOne(String name, @Nullable Object value, boolean isShown) {
		SanitizableData data = new SanitizableData(null, name, value);
		return isShown ? this.sanitizer.sanitize(data, true) : data.withSanitizedValue().getValue();
	}

}
