package io.jobqueue.test.worker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.JobStore;

/**
 * Stands between a worker and its store, and does to the verbs what a test wants: lets
 * them fail, hang, or pass. Lookups and subscriptions always pass.
 */
final class FaultyStore {

	private static final Set<String> VERBS = Set.of("enqueue", "exchange", "register", "heartbeat", "mark", "rescue",
			"deregister", "prune", "look", "expire");

	/** The fault that is none. */
	static final Fault NONE = (verb, call) -> call.proceed();

	/** Nothing reaches the store. */
	static final Fault DOWN = (verb, call) -> {
		throw new JobStoreException("No answer", new IllegalStateException("Fault for " + verb));
	};

	private final JobStore proxy;

	private final AtomicInteger faults = new AtomicInteger();

	private final Set<Call> underWay = ConcurrentHashMap.newKeySet();

	private volatile Fault fault = NONE;

	FaultyStore(JobStore target) {
		InvocationHandler handler = (proxy, method, arguments) -> invoke(target, method, arguments);
		this.proxy = (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(), ClassUtils.getAllInterfaces(target),
				handler);
	}

	JobStore store() {
		return this.proxy;
	}

	/**
	 * Set what happens to calls from now on, and wait for those that are under way and
	 * have not noticed it. Whoever lets calls hang has to let them go on before.
	 */
	void setFault(Fault fault) {
		this.fault = fault;
		Set<Call> unaware = Set.copyOf(this.underWay);
		WorkerContract.eventually(() -> Collections.disjoint(this.underWay, unaware));
	}

	/**
	 * Let some verbs fail, the others pass.
	 */
	void fail(String... verbs) {
		setFault((verb, call) -> Set.of(verbs).contains(verb) ? DOWN.call(verb, call) : call.proceed());
	}

	/**
	 * Return how many calls did not end normally.
	 */
	int faults() {
		return this.faults.get();
	}

	private @Nullable Object invoke(JobStore target, Method method, Object @Nullable [] arguments) throws Throwable {
		Call call = new Call(target, method, (arguments != null) ? arguments : new Object[0]);
		if (!VERBS.contains(method.getName())) {
			return call.proceed();
		}
		this.underWay.add(call);
		try {
			return this.fault.call(method.getName(), call);
		}
		catch (Throwable ex) {
			this.faults.incrementAndGet();
			throw ex;
		}
		finally {
			this.underWay.remove(call);
		}
	}

	/**
	 * What happens to a call.
	 */
	@FunctionalInterface
	interface Fault {

		@Nullable Object call(String verb, Call call) throws Throwable;

	}

	/**
	 * One call of the store.
	 */
	static final class Call {

		private final JobStore target;

		private final Method method;

		private final Object[] arguments;

		Call(JobStore target, Method method, Object[] arguments) {
			this.target = target;
			this.method = method;
			this.arguments = arguments;
		}

		Object argument(int index) {
			return this.arguments[index];
		}

		@Nullable Object proceed() throws Throwable {
			try {
				return this.method.invoke(this.target, this.arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

}
