package io.jobqueue.handler;

import java.lang.reflect.Parameter;
import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;

/**
 * Supplies the parameters of handlers that are {@link Injected}. Beans of this type are
 * found by themselves. Thread-safe.
 *
 * @since 0.1.0
 */
public interface ParameterSource {

	/**
	 * Return whether this supplies a parameter.
	 * @param parameter the parameter
	 * @return {@code true} if {@link #get} has a value for it
	 */
	boolean supports(Parameter parameter);

	/**
	 * Begin to supply the parameters of an attempt, on the thread of the handler.
	 * @param context the context of the attempt
	 * @return the values
	 */
	Values open(JobContext context);

	/**
	 * The values of one attempt. Not thread-safe.
	 */
	@FunctionalInterface
	interface Values {

		/**
		 * Return the value of a parameter.
		 * @param parameter the parameter
		 * @param type its type, generic types resolved
		 * @return the value
		 */
		@Nullable Object get(Parameter parameter, Type type);

	}

}
