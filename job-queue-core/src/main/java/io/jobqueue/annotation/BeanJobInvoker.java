package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.handler.JobInvoker;

/**
 * Calls a {@link Job @Job} method of a bean, and puts what is supplied where the method
 * wants it. Any thread.
 */
final class BeanJobInvoker implements JobInvoker {

	private final Supplier<Object> bean;

	private final Method method;

	private final SuppliedParameters supplied;

	// What was found for the latest class of the bean; a race only finds it twice.
	private volatile @Nullable InvocableMethod invocable;

	BeanJobInvoker(Supplier<Object> bean, Method method, SuppliedParameters supplied) {
		this.bean = bean;
		this.method = method;
		this.supplied = supplied;
	}

	@Override
	public @Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable {
		Object target = this.bean.get();
		return invocable(target).invoke(target, this.supplied.addTo(arguments, context));
	}

	private InvocableMethod invocable(Object target) {
		InvocableMethod found = this.invocable;
		if (found == null || !found.fits(target)) {
			found = InvocableMethod.of(this.method, target);
			this.invocable = found;
		}
		return found;
	}

}
