package io.jobqueue.test.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * When which nodes were hit by what, by the clock that server and harness share.
 */
final class Timeline {

	private final Instant start = Instant.now();

	private final List<Hit> hits = new CopyOnWriteArrayList<>();

	private final List<Kill> kills = new CopyOnWriteArrayList<>();

	void add(Hit hit) {
		this.hits.add(hit);
	}

	void add(Kill kill) {
		this.kills.add(kill);
	}

	List<Kill> kills() {
		return this.kills;
	}

	/**
	 * Return what hit a node while it had a lease.
	 */
	List<Hit> hits(LeaseLog.Lease lease) {
		return this.hits.stream()
			.filter((hit) -> hit.nodes.contains(lease.node()) && hit.overlaps(lease.from(), lease.to()))
			.toList();
	}

	/**
	 * Return how many things happened in a time to whatever node.
	 */
	long count(Instant from, Instant to, Predicate<Fault.Kind> kinds) {
		return this.hits.stream().filter((hit) -> kinds.test(hit.fault.kind()) && hit.overlaps(from, to)).count();
	}

	String seconds(Instant instant) {
		return (instant != null) ? String.format("%.3f", Duration.between(this.start, instant).toMillis() / 1000.0)
				: "?";
	}

	Map<Fault.Kind, Integer> counts() {
		Map<Fault.Kind, Integer> counts = new TreeMap<>();
		this.hits.forEach((hit) -> counts.merge(hit.fault.kind(), 1, Integer::sum));
		return counts;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Hit hit : this.hits) {
			text.append("  %s - %s %s %s%n".formatted(seconds(hit.from), seconds(hit.to), hit.fault, hit.nodes));
		}
		return text.toString();
	}

	/**
	 * A time during which nodes were hit.
	 *
	 * @param fault by what
	 * @param nodes the names of the nodes
	 * @param from when it began
	 * @param to when it ended
	 * @param overAt when a node is over it at the latest
	 */
	record Hit(Fault fault, Set<String> nodes, Instant from, Instant to, Instant overAt) {

		private boolean overlaps(Instant begin, Instant end) {
			return !this.overAt.isBefore(begin) && !this.from.isAfter(end);
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
