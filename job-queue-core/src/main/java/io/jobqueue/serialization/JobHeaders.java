package io.jobqueue.serialization;

import java.io.StringWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import io.jobqueue.JobSerializationException;

/**
 * Writes headers as the text of a JSON object, and reads them back. No headers are no
 * text, so that the many jobs without headers need no room for them. The form is the same
 * whatever the application's JSON settings are.
 *
 * @since 0.1.0
 */
public final class JobHeaders {

	private static final JsonFactory JSON = new JsonFactory();

	private JobHeaders() {
	}

	/**
	 * Write headers.
	 * @param headers the headers by name
	 * @return the text, or {@code null} if there are none
	 */
	public static @Nullable String write(Map<String, String> headers) {
		if (headers.isEmpty()) {
			return null;
		}
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
			json.writeStartObject();
			headers.forEach(json::writeStringProperty);
			json.writeEndObject();
		}
		return text.toString();
	}

	/**
	 * Read headers.
	 * @param text what {@link #write(Map)} returned
	 * @return the headers by name, in their order, unmodifiable
	 * @throws JobSerializationException if the text is no JSON object with text values
	 */
	public static Map<String, String> read(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			return Map.of();
		}
		try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
			return Collections.unmodifiableMap(read(json));
		}
		catch (JacksonException ex) {
			// The cause would quote the text.
			throw unreadable();
		}
	}

	private static Map<String, String> read(JsonParser json) {
		require(json.nextToken() == JsonToken.START_OBJECT);
		Map<String, String> headers = new LinkedHashMap<>();
		for (String name = json.nextName(); name != null; name = json.nextName()) {
			require(json.nextToken() == JsonToken.VALUE_STRING);
			headers.put(name, json.getString());
		}
		require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null);
		return headers;
	}

	private static void require(boolean isAsExpected) {
		if (!isAsExpected) {
			throw unreadable();
		}
	}

	private static JobSerializationException unreadable() {
		return new JobSerializationException("The stored headers of a job are no JSON object with text values", null);
	}

}
