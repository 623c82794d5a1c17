package io.jobqueue.workflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;

/**
 * Steps of different workflows that are taken together, so that the store is asked once
 * for all of them. A workflow that makes trouble is left out; the others go on. Not
 * thread-safe.
 */
final class Steps {

	/** How many jobs of a workflow that has ended are cancelled at least. */
	private static final int MAX_LIVE = 100_000;

	private final WorkflowRecords records;

	private final BiConsumer<Long, RuntimeException> trouble;

	private final Map<Long, Step> steps = new LinkedHashMap<>();

	/**
	 * Create no steps yet.
	 * @param records where the workflows are stored
	 * @param trouble is told of a workflow that is left out, and why
	 */
	Steps(WorkflowRecords records, BiConsumer<Long, RuntimeException> trouble) {
		this.records = records;
		this.trouble = trouble;
	}

	void begin(StoredWorkflow workflow, WorkflowLook look) {
		guard(workflow.id(), () -> this.steps.put(workflow.id(), new Step(Head.of(workflow), look.now())));
	}

	boolean isEmpty() {
		return this.steps.isEmpty();
	}

	@Nullable Step get(long id) {
		return this.steps.get(id);
	}

	void forEach(Consumer<Step> action) {
		List.copyOf(this.steps.values()).forEach((step) -> guard(step.head().id(), () -> action.accept(step)));
	}

	private void guard(long id, Runnable action) {
		try {
			action.run();
		}
		catch (JobStoreException ex) {
			// That is not the fault of the workflow.
			throw ex;
		}
		catch (RuntimeException ex) {
			this.steps.remove(id);
			this.trouble.accept(id, ex);
		}
	}

	/**
	 * Let steps know tasks that they need, unless they do.
	 * @param numbers returns the numbers of the tasks that a step needs
	 */
	void know(Function<Step, Set<Integer>> numbers) {
		Map<Long, Set<Integer>> unknown = new HashMap<>();
		forEach((step) -> {
			Set<Integer> wanted = numbers.apply(step)
				.stream()
				.filter((number) -> step.task(number) == null)
				.collect(Collectors.toSet());
			if (!wanted.isEmpty()) {
				unknown.put(step.head().id(), wanted);
			}
		});
		if (!unknown.isEmpty()) {
			know(this.records.tasks(unknown));
		}
	}

	private void know(Phase phase, ToIntFunction<Step> limit) {
		Map<Long, Integer> limits = new HashMap<>();
		forEach((step) -> {
			int count = limit.applyAsInt(step);
			if (count > 0) {
				limits.put(step.head().id(), count);
			}
		});
		if (!limits.isEmpty()) {
			know(this.records.tasksIn(phase, limits));
		}
	}

	/**
	 * Let steps know tasks.
	 */
	void know(List<StoredTask> tasks) {
		Map<Long, List<StoredTask>> found = tasks.stream().collect(Collectors.groupingBy(StoredTask::workflow));
		forEach((step) -> step.know(found.getOrDefault(step.head().id(), List.of())));
	}

	/**
	 * Take the steps.
	 * @return those that were taken; others were faster with the rest
	 */
	List<Step> commit() {
		know(Phase.READY, Step::roomForMore);
		know(Phase.LIVE, (step) -> step.needsLiveTasks() ? MAX_LIVE : 0);
		List<WorkflowChange> changes = new ArrayList<>(this.steps.size());
		forEach((step) -> {
			step.complete();
			changes.add(step.toChange());
		});
		Set<Long> done = this.records.commit(changes);
		return this.steps.values().stream().filter((step) -> done.contains(step.head().id())).toList();
	}

}
