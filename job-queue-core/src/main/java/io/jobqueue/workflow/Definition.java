package io.jobqueue.workflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobRequest;
import io.jobqueue.store.NewJob;

/**
 * Turns what was defined into tasks, or tells all that is wrong with it.
 */
final class Definition {

	private final WorkflowSpec spec;

	private final TaskJobs jobs;

	private final List<String> errors = new ArrayList<>();

	private final Map<String, Integer> numbers = new LinkedHashMap<>();

	Definition(WorkflowSpec spec, TaskJobs jobs) {
		this.spec = spec;
		this.jobs = jobs;
	}

	/**
	 * Return the jobs of the tasks, in their order.
	 * @throws InvalidWorkflowException if something is wrong
	 */
	List<NewJob> check() {
		List<WorkflowSpec.TaskSpec> tasks = this.spec.tasks();
		if (tasks.isEmpty()) {
			this.errors.add("it has no tasks");
		}
		for (int i = 0; i < tasks.size(); i++) {
			if (this.numbers.putIfAbsent(tasks.get(i).name(), i) != null) {
				this.errors.add("there are two tasks '" + tasks.get(i).name() + "'");
			}
		}
		tasks.forEach(this::checkDependencies);
		checkCycles();
		List<NewJob> prepared = new ArrayList<>(tasks.size());
		for (WorkflowSpec.TaskSpec task : tasks) {
			NewJob job = prepare(task);
			if (job != null) {
				prepared.add(job);
			}
		}
		if (!this.errors.isEmpty()) {
			throw new InvalidWorkflowException(this.spec.name(), this.errors);
		}
		return prepared;
	}

	private void checkDependencies(WorkflowSpec.TaskSpec task) {
		for (String other : task.after()) {
			Integer number = this.numbers.get(other);
			if (other.equals(task.name())) {
				this.errors.add("task '" + other + "' waits for itself");
			}
			else if (number == null) {
				this.errors.add("task '" + task.name() + "' waits for '" + other + "', which does not exist");
			}
			else if (this.spec.tasks().get(number).isOptional()) {
				this.errors.add("task '" + task.name() + "' waits for '" + other
						+ "', which may fail: nothing can wait for a task that continues on failure");
			}
		}
	}

	// What is left when those that wait for nothing are taken away again and again waits
	// in a circle.
	private void checkCycles() {
		Map<String, Set<String>> waiting = new LinkedHashMap<>();
		Map<String, List<String>> dependents = new HashMap<>();
		Deque<String> free = new ArrayDeque<>();
		for (WorkflowSpec.TaskSpec task : this.spec.tasks()) {
			Set<String> after = new LinkedHashSet<>(task.after());
			after.retainAll(this.numbers.keySet());
			after.remove(task.name());
			waiting.put(task.name(), after);
			after.forEach((other) -> dependents.computeIfAbsent(other, (name) -> new ArrayList<>()).add(task.name()));
			if (after.isEmpty()) {
				free.add(task.name());
			}
		}
		while (!free.isEmpty()) {
			String name = free.remove();
			waiting.remove(name);
			for (String dependent : dependents.getOrDefault(name, List.of())) {
				Set<String> left = waiting.get(dependent);
				if (left != null && left.remove(name) && left.isEmpty()) {
					free.add(dependent);
				}
			}
		}
		if (!waiting.isEmpty()) {
			this.errors.add("tasks wait for each other: " + String.join(" -> ", cycle(waiting)));
		}
	}

	private static List<String> cycle(Map<String, Set<String>> waiting) {
		List<String> path = new ArrayList<>();
		String name = waiting.keySet().iterator().next();
		while (!path.contains(name)) {
			path.add(name);
			name = waiting.getOrDefault(name, Set.of(name)).iterator().next();
		}
		List<String> circle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
		circle.add(name);
		return circle;
	}

	private @Nullable NewJob prepare(WorkflowSpec.TaskSpec task) {
		try {
			return this.jobs.prepare(withDefaults(task.request()));
		}
		catch (RuntimeException ex) {
			this.errors.add("task '" + task.name() + "': " + ex.getMessage());
			return null;
		}
	}

	private JobRequest withDefaults(JobRequest request) {
		return new JobRequest(request.target(), request.arguments(), request.queue(), request.priority(),
				request.delay(), request.runAt(),
				(request.maxAttempts() != null) ? request.maxAttempts() : this.spec.maxAttempts(),
				(request.timeout() != null) ? request.timeout() : this.spec.taskTimeout(), request.backoff(),
				request.headers(), request.unique(), request.limits(), request.deadline(), request.durable());
	}

	List<Integer> numbersOf(Set<String> names) {
		return names.stream().map((name) -> {
			Integer number = this.numbers.get(name);
			if (number == null) {
				throw new IllegalStateException("There is no task " + name);
			}
			return number;
		}).toList();
	}

}
