package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowSignal;

/**
 * What a change does in which slot. What it does in that of its workflow comes with the
 * change itself, the rest are the parts of its intent. A change that is too large for one
 * script is written down as an intent completely, but for the signals that it handles.
 */
final class WorkflowPlan {

	/** How many tasks, jobs or cancellations fit into one script. */
	private static final int MAX_AT_ONCE = 2500;

	private static final int PART = 1000;

	/** A workflow that is new. */
	private static final char NEW = 'N';

	private static final char CHANGED = 'C';

	/** No workflow, only effects. */
	private static final char NONE = 'M';

	private final char kind;

	private final String id;

	private final int home;

	private final @Nullable StoredWorkflow workflow;

	private final Effects atHome = new Effects();

	private final Map<Integer, Effects> elsewhere = new LinkedHashMap<>();

	private final Map<Integer, List<String>> handledElsewhere = new LinkedHashMap<>();

	private final List<Part> parts = new ArrayList<>();

	private final Set<String> queues = new HashSet<>();

	private final Registry registry;

	private boolean isLarge;

	private WorkflowPlan(char kind, String id, int home, @Nullable StoredWorkflow workflow, Registry registry) {
		this.kind = kind;
		this.id = id;
		this.home = home;
		this.workflow = workflow;
		this.registry = registry;
	}

	static WorkflowPlan of(WorkflowChange change, boolean isNew, Registry registry) {
		StoredWorkflow workflow = change.workflow();
		WorkflowPlan plan = new WorkflowPlan(isNew ? NEW : CHANGED, Long.toString(workflow.id()),
				WorkflowIds.home(workflow.id()), workflow, registry);
		plan.add(change);
		return plan;
	}

	/**
	 * Plan a text for a workflow, and jobs that belong to it.
	 * @param id an id that no intent had before
	 */
	static WorkflowPlan of(String id, long workflow, List<NewJob> members, String text, Registry registry) {
		int home = WorkflowIds.home(workflow);
		WorkflowPlan plan = new WorkflowPlan(NONE, id, home, null, registry);
		plan.atHome.post(workflow, text);
		Map<Integer, List<NewJob>> byQueue = new LinkedHashMap<>();
		members.forEach((job) -> byQueue.computeIfAbsent(plan.queueOf(job), (key) -> new ArrayList<>()).add(job));
		byQueue.forEach((queue, jobs) -> plan.at(queue).enqueue(jobs));
		plan.elsewhere.forEach((queue, effects) -> plan.parts.add(Part.of(queue, effects)));
		return plan;
	}

	private void add(WorkflowChange change) {
		change.handled().forEach(this::handle);
		this.isLarge = Math.max(change.added().size() + change.changed().size(),
				Math.max(change.released().size(), change.cancelled().size())) > MAX_AT_ONCE;
		if (this.isLarge) {
			// In this order: tasks must be there when their jobs are recorded.
			split(change.added(), (task) -> this.home, (effects, task) -> effects.write(task, true));
			split(change.changed(), (task) -> this.home, (effects, task) -> effects.write(task, false));
			split(change.released().entrySet(), (entry) -> queueOf(entry.getValue()),
					(effects, entry) -> effects.release(entry.getKey(), entry.getValue()));
			split(change.cancelled(), this::queueOf, (effects, job) -> effects.cancel(JobNumbers.number(job)));
			split(change.posts().entrySet(), (entry) -> homeOf(entry.getKey()),
					(effects, entry) -> effects.post(entry.getKey(), entry.getValue()));
		}
		else {
			change.added().forEach((task) -> this.atHome.write(task, true));
			change.changed().forEach((task) -> this.atHome.write(task, false));
			change.released().forEach((task, job) -> at(queueOf(job)).release(task, job));
			addAll(change.cancelled(), this::queueOf, (effects, job) -> effects.cancel(JobNumbers.number(job)));
			addAll(change.posts().entrySet(), (entry) -> homeOf(entry.getKey()),
					(effects, entry) -> effects.post(entry.getKey(), entry.getValue()));
		}
		this.elsewhere.forEach((queue, effects) -> this.parts.add(Part.of(queue, effects)));
	}

	private void handle(WorkflowSignal signal) {
		WorkflowIds.Position position = WorkflowIds.Position.parse(signal.position());
		at(position.queue()).handle(position.number());
		if (position.queue() != this.home) {
			this.handledElsewhere.computeIfAbsent(position.queue(), (key) -> new ArrayList<>()).add(position.number());
		}
	}

	private <T> void addAll(Collection<T> all, Where<T> where, BiConsumer<Effects, T> adder) {
		for (T one : all) {
			int queue = where.queueOf(one);
			if (queue >= 0) {
				adder.accept(at(queue), one);
			}
		}
	}

	private <T> void split(Collection<T> all, Where<T> where, BiConsumer<Effects, T> adder) {
		Map<Integer, List<T>> byQueue = new LinkedHashMap<>();
		for (T one : all) {
			int queue = where.queueOf(one);
			if (queue >= 0) {
				byQueue.computeIfAbsent(queue, (key) -> new ArrayList<>()).add(one);
			}
		}
		byQueue.forEach((queue, ofQueue) -> {
			for (Iterator<T> rest = ofQueue.iterator(); rest.hasNext();) {
				Effects effects = new Effects();
				for (int i = 0; i < PART && rest.hasNext(); i++) {
					adder.accept(effects, rest.next());
				}
				this.parts.add(Part.of(queue, effects));
			}
		});
	}

	private Effects at(int queue) {
		return (queue == this.home) ? this.atHome : this.elsewhere.computeIfAbsent(queue, (key) -> new Effects());
	}

	private int queueOf(NewJob job) {
		this.queues.add(job.queue());
		this.registry.useForWorkflows(job.queue());
		return this.registry.number(job.queue());
	}

	private int queueOf(JobId job) {
		return known(JobNumbers.queue(job));
	}

	private int homeOf(long other) {
		return known(WorkflowIds.home(other));
	}

	private int known(int queue) {
		return (this.registry.name(queue) != null) ? queue : -1;
	}

	/**
	 * Return the number of the queue in whose slot the workflow is.
	 */
	int home() {
		return this.home;
	}

	String id() {
		return this.id;
	}

	/**
	 * Return the signals in other slots that are handled: their numbers by queue.
	 */
	Map<Integer, List<String>> handledElsewhere() {
		return this.handledElsewhere;
	}

	/**
	 * Return the queues that get jobs.
	 */
	Set<String> queues() {
		return this.queues;
	}

	boolean tellsWorkflows() {
		return this.kind != CHANGED || this.atHome.tellsWorkflows() || !this.parts.isEmpty();
	}

	boolean isLarge() {
		return this.isLarge;
	}

	List<Part> parts() {
		return this.parts;
	}

	/**
	 * Return the version that the workflow gets by this.
	 */
	long version() {
		return ((this.workflow != null) ? this.workflow.version() : 0) + 1;
	}

	/**
	 * Write this as the script of the change reads it.
	 * @param stage where the parts are, if this is large
	 */
	List<byte[]> toValues(String stage) {
		Arguments values = new Arguments().add(String.valueOf(this.kind)).add(this.id);
		if (this.workflow != null) {
			addWorkflow(values, this.workflow);
		}
		values.addAll(this.atHome.toValues());
		if (this.isLarge) {
			values.add(0);
		}
		else {
			values.add(this.parts.size());
			this.parts.forEach((part) -> values.add(part.toBytes()));
		}
		return values.add(stage).values();
	}

	private void addWorkflow(Arguments values, StoredWorkflow it) {
		values.add(it.version())
			.add(it.isFinished())
			.add((it.timeout() != null) ? Long.toString(it.timeout().toMillis()) : "")
			.add(it.state())
			.add(it.status())
			.add((this.kind == NEW) ? StoredWorkflows.writeContent(it) : new byte[0]);
	}

	/**
	 * Says in the slot of which queue something is done.
	 */
	@FunctionalInterface
	private interface Where<T> {

		/**
		 * Return the number of the queue, negative if there is none.
		 */
		int queueOf(T one);

	}

}
