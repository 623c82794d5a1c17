package io.jobqueue.client;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

import io.jobqueue.JobNames;
import io.jobqueue.annotation.JobAttributes;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.LimitRule;
import io.jobqueue.handler.UniqueRule;

/**
 * What an enqueue must know of a handler.
 *
 * @param name the name of the handler
 * @param queue the queue of its jobs
 * @param priority the priority of its jobs
 * @param maxAttempts the number of attempts, or {@code null} for what is configured
 * @param deadline how long after the due time its jobs must have been started, or
 * {@code null} for no deadline
 * @param durable whether its jobs go to the store, or are ephemeral
 * @param argumentTypes the classes of its arguments, or {@code null} if they are not
 * known here
 * @param unique which of its jobs are the same, or {@code null}
 * @param limits the limits of its jobs, or {@code null}
 */
record ResolvedTarget(String name, String queue, int priority, @Nullable Integer maxAttempts,
		@Nullable Duration deadline, boolean durable, @Nullable List<Class<?>> argumentTypes,
		@Nullable UniqueRule unique, @Nullable LimitRule limits) {

	static ResolvedTarget of(JobHandler handler) {
		return new ResolvedTarget(handler.name(), handler.queue(), handler.priority(), handler.maxAttempts(),
				handler.deadline(), handler.durable(),
				handler.argumentTypes().stream().<Class<?>>map(ResolvedTarget::rawClass).toList(), handler.unique(),
				handler.limits());
	}

	static ResolvedTarget of(JobAttributes attributes, Method method) {
		List<Class<?>> argumentTypes = JobAttributes.argumentTypes(method);
		return new ResolvedTarget(attributes.name(), attributes.queue(), attributes.priority(),
				attributes.maxAttempts(), attributes.deadline(), attributes.durable(), argumentTypes,
				attributes.unique(), attributes.limits());
	}

	static ResolvedTarget unknown(String name) {
		return new ResolvedTarget(name, JobNames.DEFAULT_QUEUE, 0, null, null, true, null, null, null);
	}

	private static Class<?> rawClass(Type type) {
		return ResolvableType.forType(type).resolve(Object.class);
	}

}
