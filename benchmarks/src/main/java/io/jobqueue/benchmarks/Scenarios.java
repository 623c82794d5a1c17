package io.jobqueue.benchmarks;

import java.util.List;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.scenario.Backlog;
import io.jobqueue.benchmarks.scenario.Drain;
import io.jobqueue.benchmarks.scenario.EnqueueBulk;
import io.jobqueue.benchmarks.scenario.EnqueueSingle;
import io.jobqueue.benchmarks.scenario.Idle;
import io.jobqueue.benchmarks.scenario.Latency;
import io.jobqueue.benchmarks.scenario.Limits;
import io.jobqueue.benchmarks.scenario.Metrics;
import io.jobqueue.benchmarks.scenario.Nodes;
import io.jobqueue.benchmarks.scenario.Pinned;
import io.jobqueue.benchmarks.scenario.Reads;
import io.jobqueue.benchmarks.scenario.Running;
import io.jobqueue.benchmarks.scenario.Scenario;
import io.jobqueue.benchmarks.scenario.Steady;

/**
 * All scenarios.
 */
final class Scenarios {

	/** The name of the group. */
	static final String COMPARE = "compare";

	/** Those that end by themselves in some minutes. */
	private static final List<Scenario> COMPARED = List.of(new EnqueueBulk(), new EnqueueSingle(), new Drain(),
			new Steady(), new Latency(), new Nodes(), new Metrics(), Limits.enqueue(), Limits.drain(), new Idle());

	/** Those that take as long, or as much, as they are told. */
	private static final List<Scenario> OTHERS = List.of(new Running(), new Backlog(), new Pinned(), new Reads());

	private Scenarios() {
	}

	static List<String> names() {
		return Stream.of(Stream.of(COMPARE), COMPARED.stream().map(Scenario::name), OTHERS.stream().map(Scenario::name))
			.flatMap((names) -> names)
			.toList();
	}

	/**
	 * Return scenarios by their names.
	 * @param names the names of scenarios, or of the group of most of them
	 */
	static List<Scenario> named(List<String> names) {
		return names.stream().flatMap(Scenarios::named).toList();
	}

	private static Stream<Scenario> named(String name) {
		if (name.equals(COMPARE)) {
			return COMPARED.stream();
		}
		List<Scenario> found = Stream.concat(COMPARED.stream(), OTHERS.stream())
			.filter((scenario) -> scenario.name().equals(name))
			.toList();
		if (found.isEmpty()) {
			throw new IllegalArgumentException("No scenario '" + name + "'. There are " + String.join(", ", names()));
		}
		return found.stream();
	}

}
