package io.jobqueue.docs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import io.jobqueue.autoconfigure.JobQueueProperties;

/**
 * The keys of the generated metadata, with what a map of settings may contain written as
 * {@code <name>}.
 */
final class ConfigurationKeys {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final Pattern MAP_OF_SETTINGS = Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,(.+)>");

	private ConfigurationKeys() {
	}

	/**
	 * Return all keys with their defaults as text, empty if there is none.
	 */
	static Map<String, String> withDefaults() {
		Map<String, String> keys = new TreeMap<>();
		for (JsonNode property : metadata().path("properties")) {
			String name = property.path("name").asString();
			Matcher map = MAP_OF_SETTINGS.matcher(property.path("type").asString());
			if (map.matches()) {
				addSettings(name + ".<name>.", map.group(1), keys);
			}
			else {
				JsonNode value = property.path("defaultValue");
				keys.put(name, value.isValueNode() ? value.asString() : "");
			}
		}
		return keys;
	}

	// The metadata ends at a map; its values are beans with defaults of their own.
	private static void addSettings(String prefix, String type, Map<String, String> keys) {
		BeanWrapper settings = PropertyAccessorFactory.forBeanPropertyAccess(create(type));
		for (var property : settings.getPropertyDescriptors()) {
			if (property.getWriteMethod() != null) {
				Object value = settings.getPropertyValue(property.getName());
				boolean isSet = value != null && !value.equals(Collections.emptyList());
				keys.put(prefix + DataObjectPropertyName.toDashedForm(property.getName()),
						isSet ? String.valueOf(value) : "");
			}
		}
	}

	private static Object create(String type) {
		try {
			return Class.forName(type).getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JsonNode metadata() {
		try {
			URL classes = JobQueueProperties.class.getProtectionDomain().getCodeSource().getLocation();
			try (InputStream content = new URL(classes, METADATA).openStream()) {
				return new JsonMapper().readTree(content);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
