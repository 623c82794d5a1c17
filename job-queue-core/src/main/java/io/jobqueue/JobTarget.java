package io.jobqueue;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.Map;

import org.springframework.util.Assert;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * The handler that a request is for: by its name, or by the method that a
 * {@link JobMethod} refers to.
 *
 * @since 0.1.0
 */
public sealed interface JobTarget {

	/**
	 * Return the target with a handler name.
	 * @param name the name of the handler, such as {@code "order.confirm"}
	 * @return the target
	 * @throws IllegalArgumentException if the name is not of the form
	 * {@code [A-Za-z0-9._-]}{1,128}
	 */
	static JobTarget named(String name) {
		return new Named(JobNames.requireValid("handler name", name));
	}

	/**
	 * Return the target that a method reference names.
	 * @param method a plain reference such as {@code OrderJobs::confirm}
	 * @return the target
	 * @throws IllegalArgumentException if it is a lambda expression or another form that
	 * names no method
	 */
	static JobTarget of(JobMethod method) {
		return Referenced.CACHE.computeIfAbsent(method.getClass(), (type) -> Referenced.read(method));
	}

	/**
	 * A handler by its stored identity.
	 *
	 * @param name the name of the handler
	 */
	record Named(String name) implements JobTarget {
	}

	/**
	 * A handler by its method. A reference that compiles names exactly one method, which
	 * makes the pair of type and descriptor enough to find it.
	 *
	 * @param type binary name of the class whose method is meant
	 * @param method name of the method
	 * @param descriptor its parameter and return types as in the class file
	 */
	record Referenced(String type, String method, String descriptor) implements JobTarget {

		// Each place in the code that writes a reference has a class of its own, so
		// reading one once is enough.
		private static final Map<Class<?>, JobTarget> CACHE = new ConcurrentReferenceHashMap<>();

		private static JobTarget read(JobMethod reference) {
			SerializedLambda lambda = serialize(reference);
			String type = lambda.getImplClass().replace('/', '.');
			String method = lambda.getImplMethodName();
			Assert.isTrue(!method.startsWith("lambda$"),
					() -> "A lambda expression in " + type
							+ " names no @Job method: write a plain method reference such as"
							+ " OrderJobs::confirm, or enqueue by the handler's name");
			return new Referenced(type, method, lambda.getImplMethodSignature());
		}

		private static SerializedLambda serialize(JobMethod reference) {
			try {
				Method writeReplace = reference.getClass().getDeclaredMethod("writeReplace");
				writeReplace.setAccessible(true);
				return (SerializedLambda) writeReplace.invoke(reference);
			}
			catch (ReflectiveOperationException | ClassCastException ex) {
				throw new IllegalArgumentException(reference.getClass().getName() + " is no method reference: write a"
						+ " reference such as OrderJobs::confirm, or enqueue by the handler's name", ex);
			}
		}

		@Override
		public String toString() {
			return this.type + "::" + this.method;
		}

	}

}
