package io.jobqueue.annotation;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import io.jobqueue.InvalidJobHandlerException;

/**
 * How methods are called in messages.
 */
final class JobMethods {

	private JobMethods() {
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	static InvalidJobHandlerException invalid(Method method, String problem, String remedy) {
		return invalid(method, problem, remedy, null);
	}

	static InvalidJobHandlerException invalid(Method method, String problem, String remedy, @Nullable Throwable cause) {
		return new InvalidJobHandlerException(describe(method), problem, remedy, cause);
	}

}
