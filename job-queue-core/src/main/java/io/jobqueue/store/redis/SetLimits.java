package io.jobqueue.store.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.jobqueue.JobLimit;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;

/**
 * The limits that were set for all nodes, as {@code limit.lua} knows them.
 */
final class SetLimits {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final String QUEUE = "queue";

	private static final String HANDLER = "handler:";

	private static final String KEY = "key:";

	private SetLimits() {
	}

	static String field(LimitTarget target) {
		return switch (target.scope()) {
			case QUEUE -> QUEUE;
			case HANDLER -> HANDLER + target.handler();
			case KEY -> KEY + target.handler();
		};
	}

	static LimitTarget target(String queue, String field) {
		if (field.equals(QUEUE)) {
			return LimitTarget.queue(queue);
		}
		return field.startsWith(HANDLER) ? LimitTarget.handler(queue, field.substring(HANDLER.length()))
				: LimitTarget.keysOf(queue, field.substring(KEY.length()));
	}

	static String write(JobLimit limit, boolean isByHand) {
		ObjectNode node = MAPPER.createObjectNode();
		RateLimit rate = limit.rate();
		if (isByHand) {
			node.put("hand", true);
		}
		if (limit.maxConcurrent() != null) {
			node.put("max", limit.maxConcurrent());
		}
		if (rate != null) {
			node.put("permits", rate.permits());
			node.put("period", rate.period().toMillis());
			node.put("rate", rate.perSecond());
			node.put("burst", rate.burst());
		}
		return node.toString();
	}

	static JobLimit read(String json) {
		JsonNode node = MAPPER.readTree(json);
		Integer max = node.has("max") ? node.path("max").asInt() : null;
		RateLimit rate = node.has("rate") ? new RateLimit(node.path("permits").asLong(),
				Duration.ofMillis(node.path("period").asLong()), node.path("burst").asInt()) : null;
		return new JobLimit(max, rate);
	}

}
