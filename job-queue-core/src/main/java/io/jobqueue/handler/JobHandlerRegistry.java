package io.jobqueue.handler;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.recurring.Recurrence;

/**
 * The handlers of this application. Thread-safe. Filled while the application starts;
 * complete from the moment that {@link #complete()} is called, before any worker starts.
 *
 * @since 0.1.0
 */
public final class JobHandlerRegistry {

	private final Map<String, JobHandler> byName = new ConcurrentHashMap<>();

	private final Map<Method, JobHandler> byMethod = new ConcurrentHashMap<>();

	private final Map<String, Recurrence> recurrences = new ConcurrentHashMap<>();

	private volatile boolean complete;

	/**
	 * Add a handler.
	 * @param handler the handler
	 * @throws InvalidJobHandlerException if there is one with the same name
	 */
	public void register(JobHandler handler) {
		JobHandler other = this.byName.putIfAbsent(handler.name(), handler);
		if (other != null) {
			throw new InvalidJobHandlerException(describe(handler),
					"has the name '" + handler.name() + "', which " + describe(other) + " has already",
					"Give one of them another name: the name is what is stored with every job");
		}
		if (handler.method() != null) {
			this.byMethod.put(handler.method(), handler);
		}
	}

	/**
	 * Add that jobs of a handler recur.
	 * @param handler a registered handler without arguments
	 * @param recurrence when they recur
	 */
	public void recur(JobHandler handler, Recurrence recurrence) {
		this.recurrences.put(handler.name(), recurrence);
	}

	/**
	 * Return which handlers have jobs that recur.
	 * @return when they recur, by the name of the handler
	 */
	public Map<String, Recurrence> recurrences() {
		return Map.copyOf(this.recurrences);
	}

	/**
	 * Return the handler with a name.
	 * @param name the name
	 * @return the handler, or {@code null} if this application has none
	 */
	public @Nullable JobHandler find(String name) {
		return this.byName.get(name);
	}

	/**
	 * Return the handler of a method.
	 * @param method the method as declared in the bean's class or a superclass
	 * @return the handler, or {@code null} if this application has none
	 */
	public @Nullable JobHandler find(Method method) {
		return this.byMethod.get(method);
	}

	/**
	 * Return all handlers.
	 * @return the handlers, in no particular order
	 */
	public Collection<JobHandler> all() {
		return this.byName.values();
	}

	/**
	 * Declare that all handlers have been added.
	 */
	public void complete() {
		this.complete = true;
	}

	/**
	 * Return whether all handlers have been added.
	 * @return {@code true} once the application's beans have been created
	 */
	public boolean isComplete() {
		return this.complete;
	}

	private static String describe(JobHandler handler) {
		Method method = handler.method();
		return (method != null) ? method.getDeclaringClass().getName() + "." + method.getName() : handler.toString();
	}

}
