package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

import io.jobqueue.JobContext;
import io.jobqueue.handler.Injected;

/**
 * The parameters of a {@link Job @Job} method: the declared types of its arguments,
 * generic types resolved against the class of the bean, and what is supplied when it
 * runs.
 *
 * @param argumentTypes the types of the arguments
 * @param supplied the positions of the other parameters, and their types
 */
record JobSignature(List<Type> argumentTypes, Map<Integer, Type> supplied) {

	// Not on our class path, and not needed to say that nobody would subscribe to it.
	private static final String REACTIVE_PUBLISHER = "org.reactivestreams.Publisher";

	static JobSignature of(Method method, Class<?> beanClass) {
		checkForm(method);
		checkReturnsWhenDone(method, beanClass);
		List<Type> argumentTypes = new ArrayList<>();
		Map<Integer, Type> supplied = new TreeMap<>();
		Parameter[] parameters = method.getParameters();
		boolean hasContext = false;
		for (int i = 0; i < parameters.length; i++) {
			Type type = ParameterTypes.resolve(method, i, beanClass);
			boolean isContext = parameters[i].getType() == JobContext.class;
			if (isContext && hasContext) {
				throw JobMethods.invalid(method, "has two parameters of type JobContext", "Remove one of them");
			}
			hasContext |= isContext;
			if (isSupplied(parameters[i])) {
				supplied.put(i, type);
			}
			else {
				argumentTypes.add(type);
			}
		}
		return new JobSignature(argumentTypes, supplied);
	}

	/**
	 * Return whether a parameter is no argument of the job.
	 */
	static boolean isSupplied(Parameter parameter) {
		return parameter.getType() == JobContext.class
				|| AnnotatedElementUtils.hasAnnotation(parameter.getType(), Injected.class)
				|| AnnotatedElementUtils.hasAnnotation(parameter, Injected.class);
	}

	private static void checkForm(Method method) {
		if (Modifier.isStatic(method.getModifiers())) {
			throw JobMethods.invalid(method, "is static", "Remove 'static': a handler is a method of a bean");
		}
		if (method.isVarArgs()) {
			throw JobMethods.invalid(method, "takes variable arguments",
					"Declare an array or a List instead, so that it is clear what one argument is");
		}
	}

	private static void checkReturnsWhenDone(Method method, Class<?> beanClass) {
		if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(beanClass, Async.class)) {
			throw JobMethods.invalid(method, "is @Async, so its job would count as done before it is",
					"Remove @Async: the handler runs on a worker's thread anyway");
		}
		if (isPromise(method.getReturnType())) {
			throw JobMethods.invalid(method,
					"returns a " + method.getReturnType().getSimpleName() + ", which nobody would wait for",
					"Return the value itself: the handler runs on a worker's thread anyway");
		}
	}

	private static boolean isPromise(Class<?> type) {
		return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
				|| Flow.Publisher.class.isAssignableFrom(type) || type.getName().equals(REACTIVE_PUBLISHER)
				|| namesOf(ClassUtils.getAllInterfacesForClassAsSet(type)).contains(REACTIVE_PUBLISHER);
	}

	private static List<String> namesOf(Set<Class<?>> types) {
		return types.stream().map(Class::getName).toList();
	}

}
