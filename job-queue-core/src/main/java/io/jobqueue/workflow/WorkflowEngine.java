package io.jobqueue.workflow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;

/**
 * Brings workflows on. Any number of nodes do so at the same time; of the changes of a
 * workflow that are made from one version of it, one takes place. {@link #work()} is to
 * be called by one thread, {@link #change} by any.
 */
final class WorkflowEngine {

	private static final Log logger = LogFactory.getLog(WorkflowEngine.class);

	private static final int SIGNALS_AT_ONCE = 1000;

	private static final Set<Integer> CALLBACKS = Set.of(0, 1, 2);

	private final WorkflowRecords records;

	private final Consumer<Step> listener;

	// Of which it has been told that they make trouble.
	private final Set<Long> told = new HashSet<>();

	// How many signals of those were seen. Others must be seen, too.
	private int stuck;

	/**
	 * Create an engine.
	 * @param listener is told of each step that was taken, in their order
	 */
	WorkflowEngine(WorkflowRecords records, Consumer<Step> listener) {
		this.records = records;
		this.listener = listener;
	}

	/**
	 * Bring on whatever can be.
	 * @return whether there may be more to do
	 */
	boolean work() {
		WorkflowLook look = this.records.look(SIGNALS_AT_ONCE + this.stuck);
		this.stuck = 0;
		if (look.isEmpty()) {
			return false;
		}
		Map<Long, List<WorkflowSignal>> signals = look.signals()
			.stream()
			.collect(Collectors.groupingBy(WorkflowSignal::workflow, LinkedHashMap::new, Collectors.toList()));
		boolean hasDropped = drop(signals, look.workflows());
		Steps steps = new Steps(this.records, (id, ex) -> stuck(id, signals.getOrDefault(id, List.of()).size(), ex));
		look.workflows().forEach((workflow) -> steps.begin(workflow, look));
		steps.know(look.tasks());
		// All tasks that the signals are about, then all that wait for those.
		steps.know((step) -> named(step, signals.getOrDefault(step.head().id(), List.of())));
		steps.know(Step::untold);
		steps.forEach((step) -> apply(signals.getOrDefault(step.head().id(), List.of()), step));
		Set<Long> timedOut = Set.copyOf(look.timedOut());
		steps.forEach((step) -> {
			if (timedOut.contains(step.head().id()) && step.head().isRunning()) {
				step.finish(WorkflowState.TIMED_OUT);
			}
		});
		if (steps.isEmpty()) {
			return hasDropped;
		}
		steps.commit().forEach(this.listener);
		return true;
	}

	private boolean drop(Map<Long, List<WorkflowSignal>> signals, List<StoredWorkflow> found) {
		Set<Long> known = found.stream().map(StoredWorkflow::id).collect(Collectors.toSet());
		List<WorkflowSignal> lost = signals.entrySet()
			.stream()
			.filter((entry) -> !known.contains(entry.getKey()))
			.flatMap((entry) -> entry.getValue().stream())
			.toList();
		if (!lost.isEmpty()) {
			this.records.drop(lost);
		}
		return !lost.isEmpty();
	}

	private void stuck(long id, int signals, RuntimeException ex) {
		this.stuck += signals;
		if (this.told.add(id)) {
			// The exception may quote what is stored, arguments included.
			logger.error("This node cannot bring on workflow " + id + " (" + ex.getClass().getName()
					+ "); it is tried until it works, others go on");
			logger.debug("The failure", ex);
		}
	}

	private static Set<Integer> named(Step step, List<WorkflowSignal> signals) {
		Set<Integer> numbers = new HashSet<>();
		for (WorkflowSignal signal : signals) {
			WorkflowSignal.End end = signal.end();
			String text = signal.text();
			if (end != null && end.number() != TaskRef.MEMBER) {
				numbers.add(end.number());
			}
			else if (text != null && ChildNews.isWritten(text)) {
				numbers.add(ChildNews.read(text).task());
			}
		}
		return step.head().isBatch() ? CALLBACKS : numbers;
	}

	private void apply(List<WorkflowSignal> signals, Step step) {
		for (WorkflowSignal signal : signals) {
			String text = signal.text();
			if (text != null) {
				apply(text, step);
				step.handled(signal);
			}
		}
		forgetChildrenThatNeverWere(signals, step);
		for (WorkflowSignal signal : signals) {
			WorkflowSignal.End end = signal.end();
			if (end != null && step.apply(end)) {
				step.handled(signal);
			}
		}
	}

	private void forgetChildrenThatNeverWere(List<WorkflowSignal> signals, Step step) {
		List<WorkflowSignal.End> ends = new ArrayList<>();
		for (WorkflowSignal signal : signals) {
			WorkflowSignal.End end = signal.end();
			if (end != null) {
				ends.add(end);
			}
		}
		Set<Long> children = step.children.of(ends);
		if (!children.isEmpty()) {
			step.children.keep(ends,
					this.records.find(children).stream().map(StoredWorkflow::id).collect(Collectors.toSet()));
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
		else if (text.equals(Children.CANCEL)) {
			step.cancel();
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
			Steps steps = new Steps(this.records, (same, ex) -> {
				throw ex;
			});
			// Nothing but the time is looked at.
			steps.begin(found.get(0), this.records.look(0));
			steps.forEach(change);
			Step step = steps.get(id);
			if (step == null || (step.events().isEmpty() && !step.isOver())) {
				return true;
			}
			List<Step> taken = steps.commit();
			if (!taken.isEmpty()) {
				taken.forEach(this.listener);
				return true;
			}
		}
	}

}
