package io.jobqueue.client;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.ClassUtils;

import io.jobqueue.JobTarget;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;

/**
 * Finds the method that a reference names. The class loaders of the handlers are asked
 * first, because the calling thread may have one that does not see the application, as
 * the threads of the common pool do in an executable jar.
 */
final class MethodLookup {

	private final JobHandlerRegistry registry;

	MethodLookup(JobHandlerRegistry registry) {
		this.registry = registry;
	}

	Method find(JobTarget.Referenced reference) {
		return classLoaders().map((loader) -> load(reference.type(), loader))
			.filter(Objects::nonNull)
			.map((type) -> find(type, reference))
			.filter(Objects::nonNull)
			.findFirst()
			.map(BridgeMethodResolver::findBridgedMethod)
			.orElseThrow(() -> new IllegalArgumentException("There is no method " + reference + " with the descriptor "
					+ reference.descriptor() + " in this application: enqueue by the handler's name"));
	}

	private Stream<ClassLoader> classLoaders() {
		Set<ClassLoader> loaders = new LinkedHashSet<>();
		for (JobHandler handler : this.registry.all()) {
			Method method = handler.method();
			if (method != null) {
				loaders.add(method.getDeclaringClass().getClassLoader());
			}
		}
		loaders.add(ClassUtils.getDefaultClassLoader());
		loaders.add(MethodLookup.class.getClassLoader());
		return loaders.stream().filter(Objects::nonNull);
	}

	private static @Nullable Class<?> load(String name, ClassLoader loader) {
		try {
			return Class.forName(name, false, loader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	private static @Nullable Method find(Class<?> type, JobTarget.Referenced reference) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			Method method = findDeclared(current, reference);
			if (method != null) {
				return method;
			}
		}
		for (Class<?> current : ClassUtils.getAllInterfacesForClassAsSet(type)) {
			Method method = findDeclared(current, reference);
			if (method != null) {
				return method;
			}
		}
		return null;
	}

	private static @Nullable Method findDeclared(Class<?> type, JobTarget.Referenced reference) {
		for (Method method : type.getDeclaredMethods()) {
			if (method.getName().equals(reference.method()) && descriptor(method).equals(reference.descriptor())) {
				return method;
			}
		}
		return null;
	}

	private static String descriptor(Method method) {
		return MethodType.methodType(method.getReturnType(), method.getParameterTypes()).toMethodDescriptorString();
	}

}
