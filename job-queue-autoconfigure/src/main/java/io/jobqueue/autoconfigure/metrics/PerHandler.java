package io.jobqueue.autoconfigure.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Meters of each handler's jobs of each queue, by the names as they are tagged. Found
 * without a lock; added by one thread at a time.
 *
 * @param <M> what measures one handler's jobs of one queue
 */
final class PerHandler<M> {

	private final BiFunction<String, String, M> factory;

	// By queue, then by handler.
	private final Map<String, Map<String, M>> meters = new ConcurrentHashMap<>();

	/**
	 * Create it without any.
	 * @param factory makes meters for a queue and a handler
	 */
	PerHandler(BiFunction<String, String, M> factory) {
		this.factory = factory;
	}

	@Nullable M find(String queue, String handler) {
		Map<String, M> byHandler = this.meters.get(queue);
		return (byHandler != null) ? byHandler.get(handler) : null;
	}

	M add(String queue, String handler) {
		return this.meters.computeIfAbsent(queue, (name) -> new ConcurrentHashMap<>())
			.computeIfAbsent(handler, (name) -> this.factory.apply(queue, name));
	}

	void forEach(Consumer<M> action) {
		this.meters.values().forEach((byHandler) -> byHandler.values().forEach(action));
	}

}
