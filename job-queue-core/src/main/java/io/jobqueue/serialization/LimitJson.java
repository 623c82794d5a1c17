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
 * the handler as {@code hmax}, {@code hrate} and {@code hburst}. The rate as it was set
 * is in {@code permits} and {@code period}, in milliseconds. What is not limited is left
 * out.
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
	 * Write a limit that was set for all nodes, with {@code hand} if that was by hand.
	 * @param limit the limit
	 * @param isByHand whether it goes before what the configuration says
	 * @return the JSON
	 */
	public static String write(JobLimit limit, boolean isByHand) {
		ObjectNode node = MAPPER.createObjectNode();
		if (isByHand) {
			node.put("hand", true);
		}
		write(node, "", limit);
		return node.toString();
	}

	/**
	 * Read a limit that was set for all nodes.
	 * @param json what {@link #write(JobLimit, boolean)} returned
	 * @return the limit
	 */
	public static JobLimit read(String json) {
		return read(MAPPER.readTree(json), "");
	}

	/**
	 * Read the limits of a job.
	 * @param json what {@link #write(JobLimits)} returned
	 * @return the limits
	 */
	public static JobLimits readLimits(String json) {
		JsonNode node = MAPPER.readTree(json);
		return new JobLimits(node.has("key") ? node.path("key").asString() : null, read(node, ""),
				node.path("hold").asBoolean(), read(node, "h"));
	}

	private static JobLimit read(JsonNode node, String prefix) {
		Integer max = node.has(prefix + "max") ? node.path(prefix + "max").asInt() : null;
		RateLimit rate = node.has(prefix + "rate")
				? new RateLimit(node.path(prefix + "permits").asLong(),
						Duration.ofMillis(node.path(prefix + "period").asLong()), node.path(prefix + "burst").asInt())
				: null;
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
			node.put(prefix + "permits", rate.permits());
			node.put(prefix + "period", rate.period().toMillis());
		}
	}

}
