package io.jobqueue.test.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * When which nodes were disturbed, by the clock that server and harness share.
 */
final class Timeline {

	private final Instant start = Instant.now();

	private final List<Window> windows = new CopyOnWriteArrayList<>();

	private final List<Kill> kills = new CopyOnWriteArrayList<>();

	private final Map<String, Instant> forgotten = new ConcurrentHashMap<>();

	/**
	 * Add a disturbance.
	 * @param what what happened
	 * @param nodes the names of the nodes
	 * @param from when it began
	 * @param to when it ended
	 * @param aftermath how long a node may take afterwards to get over it
	 */
	void add(String what, Set<String> nodes, Instant from, Instant to, Duration aftermath) {
		this.windows.add(new Window(what, nodes, from, to, to.plus(aftermath)));
	}

	void add(Kill kill) {
		this.kills.add(kill);
	}

	/**
	 * Take note that no id of a node is known any more.
	 */
	void forgotten(String node, Instant at) {
		this.forgotten.put(node, at);
	}

	/**
	 * Return when a node was forgotten; {@link Instant#MAX} if it was not.
	 */
	Instant forgottenAt(String node) {
		return this.forgotten.getOrDefault(node, Instant.MAX);
	}

	List<Kill> kills() {
		return this.kills;
	}

	/**
	 * Return whether something happened to a node in a time.
	 */
	boolean isDisturbed(String node, Instant from, Instant to) {
		return this.windows.stream().anyMatch((window) -> window.hits(node) && window.overlaps(from, to, window.end()));
	}

	/**
	 * Return how many things have happened.
	 */
	int size() {
		return this.windows.size();
	}

	/**
	 * Return how many things happened in a time to whatever node.
	 */
	long disturbances(Instant from, Instant to) {
		return this.windows.stream().filter((window) -> window.overlaps(from, to, window.to())).count();
	}

	String millis(Instant instant) {
		return (instant != null) ? String.format("%.3f", Duration.between(this.start, instant).toMillis() / 1000.0)
				: "?";
	}

	Map<String, Integer> counts() {
		Map<String, Integer> counts = new TreeMap<>();
		this.windows.forEach((window) -> counts.merge(window.what.split(" ")[0], 1, Integer::sum));
		return counts;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Window window : this.windows) {
			text.append(
					"  %s - %s %s %s%n".formatted(millis(window.from), millis(window.to), window.what, window.nodes));
		}
		return text.toString();
	}

	/**
	 * A time during which nodes were disturbed.
	 */
	private record Window(String what, Set<String> nodes, Instant from, Instant to, Instant end) {

		boolean hits(String node) {
			return this.nodes.contains(node);
		}

		boolean overlaps(Instant from, Instant to, Instant own) {
			return !own.isBefore(from) && !this.from.isAfter(to);
		}

	}

	/**
	 * The death of a worker by SIGKILL.
	 *
	 * @param node the worker
	 * @param at when
	 * @param orphans the keys of what was leased to it just after
	 */
	record Kill(String node, Instant at, List<Long> orphans) {
	}

}
