package io.jobqueue.serialization;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
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
public final class LimitJson {

	private static final JsonMapper MAPPER = new JsonMapper();

	private LimitJson() {
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

	/**
	 * Write a limit that was set for all nodes: {@code max}, {@code permits},
	 * {@code period} in milliseconds, {@code rate}, {@code burst} and {@code hand}.
	 * @param limit the limit
	 * @param isByHand whether it goes before what the configuration says
	 * @return the JSON
	 */
	public static String write(JobLimit limit, boolean isByHand) {
		ObjectNode node = MAPPER.createObjectNode();
		RateLimit rate = limit.rate();
		if (isByHand) {
			node.put("hand", true);
		}
		write(node, "", limit);
		if (rate != null) {
			node.put("permits", rate.permits());
			node.put("period", rate.period().toMillis());
		}
		return node.toString();
	}

	/**
	 * Read a limit that was set for all nodes.
	 * @param json what {@link #write(JobLimit, boolean)} returned
	 * @return the limit
	 */
	public static JobLimit read(String json) {
		JsonNode node = MAPPER.readTree(json);
		Integer max = node.has("max") ? node.path("max").asInt() : null;
		RateLimit rate = node.has("rate") ? new RateLimit(node.path("permits").asLong(),
				Duration.ofMillis(node.path("period").asLong()), node.path("burst").asInt()) : null;
		return new JobLimit(max, rate);
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
