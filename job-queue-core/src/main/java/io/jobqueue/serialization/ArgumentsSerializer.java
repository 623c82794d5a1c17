package io.jobqueue.serialization;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes arguments as an array of which each element is written as if it were alone. A
 * plain list would do without, but lists lose the type ids that {@code @JsonTypeInfo}
 * asks for.
 */
final class ArgumentsSerializer extends StdSerializer<ArgumentsSerializer.Arguments> {

	ArgumentsSerializer() {
		super(Arguments.class);
	}

	@Override
	public void serialize(Arguments arguments, JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		int index = 0;
		for (Object value : arguments.values()) {
			try {
				write(value, json, context);
			}
			catch (RuntimeException ex) {
				throw JacksonException.wrapWithPath(ex, arguments, index);
			}
			index++;
		}
		json.writeEndArray();
	}

	private static void write(@Nullable Object value, JsonGenerator json, SerializationContext context) {
		if (value == null) {
			json.writeNull();
		}
		else {
			context.findTypedValueSerializer(value.getClass(), true).serialize(value, json, context);
		}
	}

	/**
	 * The arguments of one call.
	 *
	 * @param values the values
	 */
	record Arguments(List<? extends @Nullable Object> values) {
	}

}
