package io.jobqueue.store.postgres;

import java.time.Duration;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.jobqueue.store.Outcome;

/**
 * Outcomes that are no plain success, as the JSON that {@code job_settle_others_v1}
 * reads.
 */
final class OutcomeJson {

	private static final JsonMapper MAPPER = new JsonMapper();

	private OutcomeJson() {
	}

	static String write(List<Outcome> outcomes) {
		if (outcomes.isEmpty()) {
			return "[]";
		}
		ArrayNode array = MAPPER.createArrayNode();
		for (Outcome outcome : outcomes) {
			ObjectNode node = array.addObject();
			node.put("id", outcome.job().id().value());
			node.put("lease", outcome.job().lease());
			node.put("kind", outcome.kind().name());
			node.put("millis", millis(outcome.elapsed()));
			node.put("delay", (outcome.delay() != null) ? outcome.delay().toMillis() : 0);
			Outcome.Failure failure = outcome.failure();
			if (failure != null) {
				node.put("type", SqlTexts.storable(failure.type()));
				node.put("message", SqlTexts.storable(failure.message()));
				node.put("stack", SqlTexts.storable(failure.stackTrace()));
			}
		}
		return MAPPER.writeValueAsString(array);
	}

	static int millis(Duration elapsed) {
		return (int) Math.min(elapsed.toMillis(), Integer.MAX_VALUE);
	}

}
