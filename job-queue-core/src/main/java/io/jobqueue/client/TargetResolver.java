package io.jobqueue.client;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.StringValueResolver;

import io.jobqueue.JobTarget;
import io.jobqueue.UnknownJobHandlerException;
import io.jobqueue.annotation.JobAttributes;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;

/**
 * Finds the handler that a request is for: among the handlers of this application or, for
 * a method of which this application has only the class, by its annotation. Thread-safe.
 */
final class TargetResolver {

	private final JobHandlerRegistry registry;

	private final UnknownHandlers unknownHandlers;

	private final StringValueResolver placeholders;

	private final MethodLookup methods;

	// Handlers and methods of this application only: names that a caller makes up would
	// fill it.
	private final Map<JobTarget, ResolvedTarget> resolved = new ConcurrentHashMap<>();

	TargetResolver(JobHandlerRegistry registry, UnknownHandlers unknownHandlers, StringValueResolver placeholders) {
		this.registry = registry;
		this.unknownHandlers = unknownHandlers;
		this.placeholders = placeholders;
		this.methods = new MethodLookup(registry);
	}

	ResolvedTarget resolve(JobTarget target) {
		ResolvedTarget known = this.resolved.get(target);
		if (known != null) {
			return known;
		}
		return (target instanceof JobTarget.Referenced reference) ? resolve(reference)
				: resolve((JobTarget.Named) target);
	}

	private ResolvedTarget resolve(JobTarget.Named target) {
		JobHandler handler = this.registry.find(target.name());
		if (handler == null) {
			requireAccepted(target.name());
			return ResolvedTarget.unknown(target.name());
		}
		return remember(target, ResolvedTarget.of(handler));
	}

	private ResolvedTarget resolve(JobTarget.Referenced target) {
		Method method = this.methods.find(target);
		JobHandler handler = localHandler(method, target);
		if (handler != null) {
			return remember(target, ResolvedTarget.of(handler));
		}
		JobAttributes attributes = JobAttributes.of(method, this.placeholders);
		if (attributes == null) {
			throw new IllegalArgumentException(
					target + " is no @Job method: annotate it, or refer to the method that is annotated");
		}
		JobHandler namesake = this.registry.find(attributes.name());
		if (namesake == null) {
			requireAccepted(attributes.name());
		}
		ResolvedTarget found = (namesake != null) ? ResolvedTarget.of(namesake) : ResolvedTarget.of(attributes, method);
		return this.registry.isComplete() ? remember(target, found) : found;
	}

	private @Nullable JobHandler localHandler(Method method, JobTarget.Referenced target) {
		JobHandler exact = this.registry.find(method);
		if (exact != null) {
			return exact;
		}
		List<JobHandler> overriding = this.registry.all()
			.stream()
			.filter((handler) -> overrides(handler, method))
			.toList();
		if (overriding.size() > 1) {
			throw new IllegalArgumentException(target + " means several handlers: "
					+ overriding.stream().map(JobHandler::name).sorted().toList() + ". Enqueue by name");
		}
		return overriding.isEmpty() ? null : overriding.get(0);
	}

	private static boolean overrides(JobHandler handler, Method method) {
		Method candidate = handler.method();
		return candidate != null && candidate.getName().equals(method.getName())
				&& method.getDeclaringClass().isAssignableFrom(candidate.getDeclaringClass())
				&& BridgeMethodResolver.getMostSpecificMethod(method, candidate.getDeclaringClass()).equals(candidate);
	}

	private void requireAccepted(String name) {
		boolean isEnqueueOnly = this.registry.all().isEmpty();
		if (this.unknownHandlers == UnknownHandlers.REJECT && this.registry.isComplete() && !isEnqueueOnly) {
			throw new UnknownJobHandlerException(name,
					NearMatches.of(name, this.registry.all().stream().map(JobHandler::name).toList()));
		}
	}

	private ResolvedTarget remember(JobTarget target, ResolvedTarget found) {
		this.resolved.put(target, found);
		return found;
	}

}
