package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.handler.ParameterSource;

/**
 * The parameters of a {@link Job @Job} method that are no arguments of its jobs. Any
 * thread.
 */
final class SuppliedParameters {

	private final Method method;

	private final Map<Integer, Type> types;

	private final Supplier<List<ParameterSource>> sources;

	SuppliedParameters(Method method, Map<Integer, Type> types, Supplier<List<ParameterSource>> sources) {
		this.method = method;
		this.types = types;
		this.sources = sources;
	}

	/**
	 * Return all parameters for a call, in the order of the method.
	 */
	@Nullable Object[] addTo(@Nullable Object[] arguments, JobContext context) {
		if (this.types.isEmpty()) {
			return arguments;
		}
		Map<ParameterSource, ParameterSource.Values> values = new HashMap<>();
		@Nullable Object[] all = new @Nullable Object[arguments.length + this.types.size()];
		int next = 0;
		for (int i = 0; i < all.length; i++) {
			Type type = this.types.get(i);
			all[i] = (type != null) ? supply(i, type, context, values) : arguments[next++];
		}
		return all;
	}

	private @Nullable Object supply(int index, Type type, JobContext context,
			Map<ParameterSource, ParameterSource.Values> values) {
		if (type == JobContext.class) {
			return context;
		}
		Parameter parameter = this.method.getParameters()[index];
		for (ParameterSource source : this.sources.get()) {
			if (source.supports(parameter)) {
				return values.computeIfAbsent(source, (key) -> key.open(context)).get(parameter, type);
			}
		}
		throw JobMethods.invalid(this.method, "has a parameter of type " + type.getTypeName() + " that nobody supplies",
				"Define a bean of type ParameterSource that does");
	}

}
