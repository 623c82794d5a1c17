package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.handler.JobInvoker;

/**
 * Calls a {@link Job @Job} method of a bean, and puts the context where the method wants
 * it. Any thread.
 */
final class BeanJobInvoker implements JobInvoker {

	private final Supplier<Object> bean;

	private final Method method;

	private final int contextIndex;

	// What was found for the latest class of the bean; a race only finds it twice.
	private volatile @Nullable InvocableMethod invocable;

	BeanJobInvoker(Supplier<Object> bean, Method method, int contextIndex) {
		this.bean = bean;
		this.method = method;
		this.contextIndex = contextIndex;
	}

	@Override
	public @Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable {
		Object target = this.bean.get();
		return invocable(target).invoke(target, withContext(arguments, context));
	}

	private InvocableMethod invocable(Object target) {
		InvocableMethod found = this.invocable;
		if (found == null || !found.fits(target)) {
			found = InvocableMethod.of(this.method, target);
			this.invocable = found;
		}
		return found;
	}

	private @Nullable Object[] withContext(@Nullable Object[] arguments, JobContext context) {
		if (this.contextIndex < 0) {
			return arguments;
		}
		@Nullable Object[] all = new @Nullable Object[arguments.length + 1];
		System.arraycopy(arguments, 0, all, 0, this.contextIndex);
		all[this.contextIndex] = context;
		System.arraycopy(arguments, this.contextIndex, all, this.contextIndex + 1,
				arguments.length - this.contextIndex);
		return all;
	}

}
