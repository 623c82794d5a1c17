package io.jobqueue.benchmarks;

import java.util.List;

import io.jobqueue.benchmarks.scenario.Drain;
import io.jobqueue.benchmarks.scenario.EnqueueBulk;
import io.jobqueue.benchmarks.scenario.Scenario;

/**
 * All scenarios.
 */
final class Scenarios {

	static final List<Scenario> ALL = List.of(new EnqueueBulk(), new Drain());

	private Scenarios() {
	}

	static List<String> names() {
		return ALL.stream().map(Scenario::name).toList();
	}

	static Scenario named(String name) {
		return ALL.stream()
			.filter((scenario) -> scenario.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"No scenario '" + name + "'. There are " + String.join(", ", names())));
	}

}
