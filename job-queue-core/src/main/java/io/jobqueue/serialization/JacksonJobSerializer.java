package io.jobqueue.serialization;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.util.Assert;

import io.jobqueue.JobSerializationException;

/**
 * The {@link JobSerializer} on Jackson 3.
 * <p>
 * It takes the modules, mix-ins and visibility rules of an application's
 * {@link JsonMapper} but fixes the features that shape the text, see {@link StoredJson},
 * so that a web setting such as a naming strategy or a date format neither changes what
 * is in the database nor makes waiting jobs undecodable.
 * <p>
 * Properties that the declared type does not have are ignored, missing ones are
 * {@code null} or the default of a primitive, so that types may grow and shrink while
 * jobs are waiting. The number of arguments must be that of the handler. A {@code null}
 * for a primitive is an error.
 * <p>
 * Messages name types, positions and properties, never values or keys of maps; for the
 * same reason the exceptions of Jackson, whose messages quote the text, are not attached
 * as causes.
 *
 * @since 0.1.0
 */
public final class JacksonJobSerializer implements JobSerializer {

	private static final String NO_ARGUMENTS = "[]";

	private final JsonMapper mapper;

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Create a serializer with the settings of a mapper.
	 * @param mapper the application's mapper, which is not changed
	 */
	public JacksonJobSerializer(JsonMapper mapper) {
		Assert.notNull(mapper, "'mapper' must not be null");
		this.mapper = StoredJson.configure(mapper.rebuild())
			.addModule(new SimpleModule("io.jobqueue.arguments").addSerializer(new ArgumentsSerializer()))
			.build();
	}

	@Override
	public String writeArguments(List<? extends @Nullable Object> arguments) {
		if (arguments.isEmpty()) {
			return NO_ARGUMENTS;
		}
		try {
			return this.mapper.writeValueAsString(new ArgumentsSerializer.Arguments(arguments));
		}
		catch (JacksonException ex) {
			throw unwritable(arguments, ex);
		}
	}

	@Override
	public String writeResult(Object result) {
		try {
			return this.mapper.writeValueAsString(result);
		}
		catch (JacksonException ex) {
			throw unwritable("The result", result, JsonFailure.describe(ex, 0));
		}
	}

	@Override
	public @Nullable Object readResult(String json, Type type) {
		try {
			return this.mapper.readerFor(this.mapper.constructType(type)).readValue(json);
		}
		catch (JacksonException ex) {
			throw new JobSerializationException("The result cannot be read as " + type.getTypeName()
					+ JsonFailure.describe(ex, 0) + ". Read it as a type like the one that the handler returned", null);
		}
	}

	@Override
	public @Nullable Object[] readArguments(String json, List<Type> types) {
		if (types.isEmpty() && json.equals(NO_ARGUMENTS)) {
			return new Object[0];
		}
		try (JsonParser parser = this.mapper.createParser(json)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw undecodable("The arguments are no JSON array", "");
			}
			@Nullable Object[] arguments = new @Nullable Object[types.size()];
			for (int i = 0; i < arguments.length; i++) {
				if (parser.nextToken() == JsonToken.END_ARRAY) {
					throw wrongCount(i, types);
				}
				arguments[i] = read(parser, i, types);
			}
			requireEnd(parser, types);
			return arguments;
		}
		catch (JacksonException ex) {
			throw undecodable("The arguments are no JSON array", JsonFailure.describe(ex, 0));
		}
	}

	private @Nullable Object read(JsonParser parser, int index, List<Type> types) {
		Type type = types.get(index);
		try {
			return reader(type).readValue(parser);
		}
		catch (JacksonException ex) {
			throw undecodable(
					"Argument " + (index + 1) + " of " + types.size() + " cannot be read as " + type.getTypeName(),
					JsonFailure.describe(ex, 0));
		}
	}

	private ObjectReader reader(Type type) {
		ObjectReader reader = this.readers.get(type);
		return (reader != null) ? reader : this.readers.computeIfAbsent(type, this::createReader);
	}

	private ObjectReader createReader(Type type) {
		// What trails one argument is the next one.
		return this.mapper.readerFor(this.mapper.constructType(type))
			.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
	}

	private static void requireEnd(JsonParser parser, List<Type> types) {
		int count = types.size();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			if (parser.currentToken() == null) {
				throw undecodable("The arguments are no JSON array", "");
			}
			parser.skipChildren();
			count++;
		}
		if (count != types.size()) {
			throw wrongCount(count, types);
		}
		if (parser.nextToken() != null) {
			throw undecodable("The arguments are no JSON array", "");
		}
	}

	private static JobSerializationException unwritable(List<? extends @Nullable Object> arguments,
			JacksonException ex) {
		int index = ex.getPath().isEmpty() ? -1 : ex.getPath().get(0).getIndex();
		return (index >= 0 && index < arguments.size())
				? unwritable("Argument " + (index + 1) + " of " + arguments.size(), arguments.get(index),
						JsonFailure.describe(ex, 1))
				: unwritable("The argument list", arguments, JsonFailure.describe(ex, 0));
	}

	private static JobSerializationException unwritable(String what, @Nullable Object value, String failure) {
		String type = (value != null) ? value.getClass().getName() : "null";
		return new JobSerializationException(what + " of type " + type + " cannot be written as JSON" + failure
				+ ". Use plain data such as records, or tell Jackson how to write the type by annotations or a module",
				null);
	}

	private static JobSerializationException wrongCount(int count, List<Type> types) {
		String declared = types.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "(", ")"));
		return undecodable(
				"The number of arguments is " + count + ", but the handler declares " + types.size() + ": " + declared,
				"");
	}

	private static JobSerializationException undecodable(String what, String failure) {
		return new JobSerializationException(
				what + failure
						+ ". The stored text is kept: retry the job when a handler that fits it has been deployed",
				null);
	}

}
