package io.jobqueue.workflow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;

/**
 * Brings workflows on. Any number of nodes do so at the same time; of the changes of a
 * workflow that are made from one version of it, one takes place. Thread-safe.
 */
final class WorkflowEngine {

	private static final int SIGNALS_AT_ONCE = 1000;

	/** How many jobs of a workflow that has ended are cancelled at least. */
	private static final int MAX_LIVE = 100_000;

	private final WorkflowRecords records;

	private final Consumer<List<WorkflowEvent>> listener;

	WorkflowEngine(WorkflowRecords records, Consumer<List<WorkflowEvent>> listener) {
		this.records = records;
		this.listener = listener;
	}

	/**
	 * Bring on whatever can be.
	 * @return whether there may be more to do
	 */
	boolean work() {
		WorkflowLook look = this.records.look(SIGNALS_AT_ONCE);
		if (look.isEmpty()) {
			return false;
		}
		Map<Long, List<WorkflowSignal>> signals = look.signals()
			.stream()
			.collect(Collectors.groupingBy(WorkflowSignal::workflow, LinkedHashMap::new, Collectors.toList()));
		Map<Long, Step> steps = begin(signals, look);
		drop(signals, steps);
		if (steps.isEmpty()) {
			return true;
		}
		knowEnded(signals, steps);
		steps.forEach((id, step) -> apply(signals.getOrDefault(id, List.of()), step));
		for (long id : look.timedOut()) {
			Step step = steps.get(id);
			if (step != null && step.head().isRunning()) {
				step.finish(WorkflowState.TIMED_OUT);
			}
		}
		commit(steps.values());
		return true;
	}

	private Map<Long, Step> begin(Map<Long, List<WorkflowSignal>> signals, WorkflowLook look) {
		Set<Long> ids = new HashSet<>(signals.keySet());
		ids.addAll(look.timedOut());
		Map<Long, Step> steps = new LinkedHashMap<>();
		for (StoredWorkflow workflow : this.records.find(ids)) {
			steps.put(workflow.id(), new Step(Head.of(workflow), look.now()));
		}
		return steps;
	}

	private void drop(Map<Long, List<WorkflowSignal>> signals, Map<Long, Step> steps) {
		List<WorkflowSignal> lost = signals.entrySet()
			.stream()
			.filter((entry) -> !steps.containsKey(entry.getKey()))
			.flatMap((entry) -> entry.getValue().stream())
			.toList();
		if (!lost.isEmpty()) {
			this.records.drop(lost);
		}
	}

	// All tasks that the signals are about, then all that wait for those.
	private void knowEnded(Map<Long, List<WorkflowSignal>> signals, Map<Long, Step> steps) {
		Map<Long, Set<Integer>> ended = new HashMap<>();
		steps.forEach((id, step) -> {
			Set<Integer> numbers = new HashSet<>();
			for (WorkflowSignal signal : signals.getOrDefault(id, List.of())) {
				WorkflowSignal.End end = signal.end();
				String text = signal.text();
				if (end != null && end.number() != TaskRef.MEMBER) {
					numbers.add(end.number());
				}
				else if (text != null && ChildNews.isWritten(text)) {
					numbers.add(ChildNews.read(text).task());
				}
			}
			if (!numbers.isEmpty()) {
				ended.put(id, numbers);
			}
			if (step.head().isBatch()) {
				ended.put(id, Set.of(0, 1, 2));
			}
		});
		know(ended, steps);
		Map<Long, Set<Integer>> dependents = new HashMap<>();
		ended.forEach((id, numbers) -> {
			Step step = steps.get(id);
			Set<Integer> waiting = new HashSet<>();
			for (int number : numbers) {
				TaskNode task = (step != null) ? step.task(number) : null;
				if (step != null && task != null) {
					task.untold(Step.SLICE).stream().filter((next) -> step.task(next) == null).forEach(waiting::add);
				}
			}
			if (!waiting.isEmpty()) {
				dependents.put(id, waiting);
			}
		});
		know(dependents, steps);
	}

	private void know(Map<Long, Set<Integer>> numbers, Map<Long, Step> steps) {
		if (!numbers.isEmpty()) {
			know(this.records.tasks(numbers), steps);
		}
	}

	private static void know(List<StoredTask> tasks, Map<Long, Step> steps) {
		tasks.stream().collect(Collectors.groupingBy(StoredTask::workflow)).forEach((id, found) -> {
			Step step = steps.get(id);
			if (step != null) {
				step.know(found);
			}
		});
	}

	private void apply(List<WorkflowSignal> signals, Step step) {
		for (WorkflowSignal signal : signals) {
			String text = signal.text();
			if (text != null) {
				apply(text, step);
				step.handled(signal);
			}
		}
		for (WorkflowSignal signal : signals) {
			WorkflowSignal.End end = signal.end();
			if (end != null && step.apply(end)) {
				step.handled(signal);
			}
		}
	}

	private void apply(String text, Step step) {
		if (BatchNews.isWritten(text)) {
			BatchNews news = BatchNews.read(text);
			step.grow(news.added(), news.isClosed());
		}
		else if (ChildNews.isWritten(text)) {
			step.child(ChildNews.read(text));
		}
		else if (StartNews.isWritten(text)) {
			step.started(StartNews.read(text));
		}
		else if (AddedTask.isWritten(text)) {
			add(AddedTask.read(text), step);
		}
	}

	private void add(List<AddedTask> tasks, Step step) {
		Set<String> names = new HashSet<>();
		tasks.forEach((task) -> {
			names.add(task.name());
			names.addAll(task.after());
		});
		Map<String, TaskNode> known = this.records.tasksNamed(step.head().id(), names)
			.stream()
			.collect(Collectors.toMap(StoredTask::name, TaskNode::of));
		step.add(tasks, known);
	}

	private Set<Long> commit(Collection<Step> steps) {
		Map<Long, Step> byId = new LinkedHashMap<>();
		steps.forEach((step) -> byId.put(step.head().id(), step));
		know(Phase.READY, byId, Step::roomForMore);
		know(Phase.LIVE, byId, (step) -> step.needsLiveTasks() ? MAX_LIVE : 0);
		List<WorkflowChange> changes = new ArrayList<>(steps.size());
		for (Step step : steps) {
			step.complete();
			changes.add(step.toChange());
		}
		Set<Long> done = this.records.commit(changes);
		for (Step step : steps) {
			if (done.contains(step.head().id())) {
				this.listener.accept(step.events());
			}
		}
		return done;
	}

	private void know(Phase phase, Map<Long, Step> steps, ToIntFunction<Step> limit) {
		Map<Long, Integer> limits = new HashMap<>();
		steps.forEach((id, step) -> {
			int count = limit.applyAsInt(step);
			if (count > 0) {
				limits.put(id, count);
			}
		});
		if (!limits.isEmpty()) {
			know(this.records.tasksIn(phase, limits), steps);
		}
	}

	/**
	 * Change one workflow at the wish of people, however many others change it, too.
	 * @param id the workflow
	 * @param change what to do with it
	 * @return {@code false} if there is none
	 */
	boolean change(long id, Consumer<Step> change) {
		while (true) {
			List<StoredWorkflow> found = this.records.find(List.of(id));
			if (found.isEmpty()) {
				return false;
			}
			Instant now = this.records.look(0).now();
			Step step = new Step(Head.of(found.get(0)), now);
			change.accept(step);
			if (step.events().isEmpty() && !step.isOver()) {
				return true;
			}
			if (!commit(List.of(step)).isEmpty()) {
				return true;
			}
		}
	}

}
