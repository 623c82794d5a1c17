package io.jobqueue.serialization;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobSerializationException;

/**
 * Writes arguments and results as JSON and reads them back, arguments as the types that
 * the handler declares, results as the types that are asked for; no type names are ever
 * stored or read. Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface JobSerializer {

	/**
	 * Write arguments as one JSON array.
	 * @param arguments the arguments
	 * @return the text
	 * @throws JobSerializationException if an argument cannot be written
	 */
	String writeArguments(List<? extends @Nullable Object> arguments);

	/**
	 * Read arguments.
	 * @param json the text of a JSON array
	 * @param types the declared types of the arguments
	 * @return the arguments
	 * @throws JobSerializationException if the text is no JSON array of that many
	 * elements of those types
	 */
	@Nullable Object[] readArguments(String json, List<Type> types);

	/**
	 * Write what a handler returned.
	 * @param result the value
	 * @return the text
	 * @throws JobSerializationException if it cannot be written
	 */
	String writeResult(Object result);

	/**
	 * Read what a handler returned.
	 * @param json the text
	 * @param type the type to read it as
	 * @return the value
	 * @throws JobSerializationException if the text is no value of that type
	 */
	@Nullable Object readResult(String json, Type type);

}
