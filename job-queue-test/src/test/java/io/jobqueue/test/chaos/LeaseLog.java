package io.jobqueue.test.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which job was leased to which node, from when to when, as the server itself has seen
 * it. Read once everything is over.
 */
final class LeaseLog {

	private final Map<Long, Node> nodes = new HashMap<>();

	private final Map<Long, List<Lease>> leases = new HashMap<>();

	/**
	 * Note that a worker was given a new id.
	 */
	void came(long node, String name, Instant at) {
		this.nodes.values()
			.stream()
			.filter((other) -> other.name.equals(name) && other.successorAt == null)
			.forEach((other) -> other.successorAt = at);
		this.nodes.put(node, new Node(name, at));
	}

	/**
	 * Note that an id was forgotten.
	 */
	void gone(long node, Instant at) {
		node(node).goneAt = at;
	}

	void claimed(long job, long lease, long node, Instant at) {
		this.leases.computeIfAbsent(job, (id) -> new ArrayList<>()).add(new Lease(lease, node(node), at));
	}

	/**
	 * Note that a node has given a job back itself.
	 */
	void settled(long job, long lease, Instant at) {
		ended(job, lease, at);
		of(job).stream().filter((ended) -> ended.id == lease).forEach((ended) -> ended.isSettled = true);
	}

	void ended(long job, long lease, Instant at) {
		of(job).stream().filter((open) -> open.id == lease).forEach((open) -> {
			open.to = at;
			open.node.lastEndAt = at;
		});
	}

	private Node node(long id) {
		return Objects.requireNonNull(this.nodes.get(id), "A lease of nobody");
	}

	/**
	 * Return the leases of a job, in the order of their claims.
	 * @param job the id of the job
	 */
	List<Lease> of(long job) {
		return this.leases.getOrDefault(job, List.of());
	}

	/**
	 * Return when the last id of a worker was forgotten, and had no lease any more;
	 * {@link Instant#MAX} if it was not.
	 */
	Instant forgottenAt(String name) {
		return this.nodes.values()
			.stream()
			.filter((node) -> node.name.equals(name))
			.map(Node::forgottenAt)
			.max(Instant::compareTo)
			.orElse(Instant.MAX);
	}

	/**
	 * Return how often a worker came back under a new id.
	 */
	long lapses() {
		return this.nodes.values().stream().filter((node) -> node.successorAt != null).count();
	}

	/**
	 * Return whether a worker came that was not there before, in a time.
	 */
	boolean hasNewcomer(Instant from, Instant to) {
		Map<String, Instant> first = new HashMap<>();
		this.nodes.values().forEach((node) -> first.merge(node.name, node.from, (a, b) -> a.isBefore(b) ? a : b));
		return first.values().stream().anyMatch((at) -> at.isAfter(from) && at.isBefore(to));
	}

	/**
	 * One id of a worker.
	 */
	private static final class Node {

		private final String name;

		private final Instant from;

		private Instant goneAt;

		private Instant successorAt;

		private Instant lastEndAt = Instant.MIN;

		Node(String name, Instant from) {
			this.name = name;
			this.from = from;
		}

		Instant forgottenAt() {
			if (this.goneAt == null) {
				return Instant.MAX;
			}
			return this.goneAt.isAfter(this.lastEndAt) ? this.goneAt : this.lastEndAt;
		}

	}

	/**
	 * The time for which one job belonged to one id of a worker.
	 */
	static final class Lease {

		private final long id;

		private final Node node;

		private final Instant from;

		private Instant to = Instant.MAX;

		private boolean isSettled;

		Lease(long id, Node node, Instant from) {
			this.id = id;
			this.node = node;
			this.from = from;
		}

		String node() {
			return this.node.name;
		}

		Instant from() {
			return this.from;
		}

		Instant to() {
			return this.to;
		}

		/**
		 * Return whether the worker was declared dead before it gave the job back.
		 */
		boolean isAbandoned() {
			return this.node.goneAt != null && !this.isSettled && !this.node.goneAt.isAfter(this.to)
					&& this.to.isBefore(Instant.MAX);
		}

		/**
		 * Return whether the worker lost the id under which it had the job.
		 */
		boolean isLost() {
			return this.node.goneAt != null || this.node.successorAt != null;
		}

	}

}
