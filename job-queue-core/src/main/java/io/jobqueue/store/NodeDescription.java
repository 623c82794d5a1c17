package io.jobqueue.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a node tells about itself when it registers.
 *
 * @param name what people call it
 * @param queues the queues it takes jobs from
 * @param handlers the names of the handlers it has, or {@code null} if it does not tell
 * @since 0.1.0
 */
public record NodeDescription(String name, List<String> queues, @Nullable List<String> handlers) {

	/**
	 * Create a description that does not tell which handlers there are.
	 * @param name what people call it
	 * @param queues the queues it takes jobs from
	 */
	public NodeDescription(String name, List<String> queues) {
		this(name, queues, null);
	}

}
