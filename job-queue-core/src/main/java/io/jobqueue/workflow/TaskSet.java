package io.jobqueue.workflow;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;

/**
 * The tasks of a workflow that a step knows, and which of them it adds and changes. Not
 * thread-safe.
 */
final class TaskSet {

	private final Map<Integer, TaskNode> known = new HashMap<>();

	private final Map<Integer, TaskNode> added = new TreeMap<>();

	private final Set<TaskNode> changed = new LinkedHashSet<>();

	/**
	 * Know tasks, as far as they are not known yet.
	 */
	void know(Collection<StoredTask> stored) {
		stored.forEach((task) -> this.known.computeIfAbsent(task.number(), (number) -> TaskNode.of(task)));
	}

	/**
	 * Know a task instead of what may be known of it.
	 */
	void put(TaskNode task) {
		this.known.put(task.number(), task);
	}

	void add(TaskNode task) {
		put(task);
		this.added.put(task.number(), task);
	}

	void change(TaskNode task) {
		if (!this.added.containsKey(task.number())) {
			this.changed.add(task);
		}
	}

	/**
	 * Forget what is known, but not what is added and changed.
	 */
	void forget() {
		this.known.clear();
	}

	@Nullable TaskNode get(int number) {
		return this.known.get(number);
	}

	List<TaskNode> all() {
		return List.copyOf(this.known.values());
	}

	int count(Phase phase) {
		return (int) this.known.values().stream().filter((task) -> task.phase() == phase).count();
	}

	/**
	 * Return tasks in a phase in the order of their numbers.
	 */
	List<TaskNode> first(Phase phase, int limit) {
		return this.known.values()
			.stream()
			.filter((task) -> task.phase() == phase)
			.sorted((one, other) -> Integer.compare(one.number(), other.number()))
			.limit(limit)
			.toList();
	}

	/**
	 * Return which dependents may have to be told next.
	 * @param limit of how many dependents of each task at most
	 */
	Set<Integer> untold(int limit) {
		Set<Integer> numbers = new HashSet<>();
		this.known.values().forEach((task) -> numbers.addAll(task.untold(limit)));
		return numbers;
	}

	List<StoredTask> toAdded() {
		return this.added.values().stream().map(TaskNode::toStored).toList();
	}

	List<StoredTask> toChanged() {
		return this.changed.stream().map(TaskNode::toStored).toList();
	}

}
