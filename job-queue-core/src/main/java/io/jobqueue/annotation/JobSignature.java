package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

import io.jobqueue.JobContext;

/**
 * The parameters of a {@link Job @Job} method: the declared types of its arguments,
 * generic types resolved against the class of the bean, and the position of its context.
 *
 * @param argumentTypes the types of the arguments, without the context
 * @param contextIndex the position of the context, or -1 if it has none
 */
record JobSignature(List<Type> argumentTypes, int contextIndex) {

	// Not on our class path, and not needed to say that nobody would subscribe to it.
	private static final String REACTIVE_PUBLISHER = "org.reactivestreams.Publisher";

	static JobSignature of(Method method, Class<?> beanClass) {
		checkForm(method);
		checkReturnsWhenDone(method, beanClass);
		List<Type> argumentTypes = new ArrayList<>();
		int contextIndex = -1;
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (method.getParameterTypes()[i] != JobContext.class) {
				argumentTypes.add(ParameterTypes.resolve(method, i, beanClass));
			}
			else if (contextIndex < 0) {
				contextIndex = i;
			}
			else {
				throw JobMethods.invalid(method, "has two parameters of type JobContext", "Remove one of them");
			}
		}
		return new JobSignature(argumentTypes, contextIndex);
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
