package io.jobqueue.store.internal;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;
import io.jobqueue.JobLimits;

/**
 * Limits as the JSON that the functions of the stores read: {@code key} and its
 * {@code max}, {@code rate} (per second), {@code burst} and {@code hold}; the same for
 * the handler as {@code hmax}, {@code hrate} and {@code hburst}. What is not limited is
 * left out.
 */
public final class StoredLimits {

	private static final JsonMapper MAPPER = new JsonMapper();

	private StoredLimits() {
	}

	/**
	 * Write limits.
	 * @param limits the limits of a job, or {@code null} for none
	 * @return the JSON, or {@code null} for none
	 */
	public static @Nullable String write(@Nullable JobLimits limits) {
		if (limits == null) {
			return null;
		}
		ObjectNode node = MAPPER.createObjectNode();
		if (limits.key() != null) {
			node.put("key", limits.key());
			node.put("hold", limits.isKeyHeldOnRetry());
		}
		write(node, "", limits.keyLimit());
		write(node, "h", limits.handlerLimit());
		return node.toString();
	}

	private static void write(ObjectNode node, String prefix, JobLimit limit) {
		RateLimit rate = limit.rate();
		if (limit.maxConcurrent() != null) {
			node.put(prefix + "max", limit.maxConcurrent());
		}
		if (rate != null) {
			node.put(prefix + "rate", rate.perSecond());
			node.put(prefix + "burst", rate.burst());
		}
	}

}
