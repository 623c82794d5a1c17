package io.jobqueue.workflow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobContext;
import io.jobqueue.JobOperations;
import io.jobqueue.JobRequest;
import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;

/**
 * {@link Workflows} in a {@link JobStore}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StoreWorkflows implements Workflows {

	private static final int MAX_PAGE = 1000;

	private final JobStore store;

	private final JobOperations jobs;

	private final TaskJobs taskJobs;

	private final JobSerializer serializer;

	private final WorkflowRunner runner;

	/**
	 * Create workflows.
	 * @param store where they are kept
	 * @param jobs makes the jobs of tasks
	 * @param preparation completes and checks a job without enqueueing it
	 * @param path the way of what is enqueued
	 * @param serializer writes inputs and reads results
	 * @param runner brings them on
	 */
	public StoreWorkflows(JobStore store, JobOperations jobs, Function<JobRequest, NewJob> preparation,
			EnqueuePath path, JobSerializer serializer, WorkflowRunner runner) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(jobs, "'jobs' must not be null");
		Assert.notNull(preparation, "'preparation' must not be null");
		Assert.notNull(path, "'path' must not be null");
		Assert.notNull(serializer, "'serializer' must not be null");
		Assert.notNull(runner, "'runner' must not be null");
		this.store = store;
		this.jobs = jobs;
		this.taskJobs = new TaskJobs(preparation, path);
		this.serializer = serializer;
		this.runner = runner;
	}

	private WorkflowRecords records() {
		if (this.store instanceof WorkflowStore workflows) {
			return workflows.workflows();
		}
		throw new IllegalStateException("The store " + this.store.getClass().getName() + " keeps no workflows");
	}

	@Override
	public WorkflowSpec define(String name) {
		return new WorkflowSpec(name, this.jobs, this::start);
	}

	private WorkflowHandle start(WorkflowSpec spec, @Nullable WorkflowContext parent) {
		Definition definition = new Definition(spec, this.taskJobs);
		List<NewJob> prepared = definition.check();
		WorkflowRecords records = records();
		long id = records.reserve(prepared.get(0).queue());
		Object input = spec.input();
		TaskRef waiting = (parent instanceof StoreWorkflowContext context) ? context.ref() : null;
		Head head = Head.create(id, spec.name(), spec.timeout(),
				(input != null) ? this.serializer.writeResult(input) : null, spec.maxConcurrent(), waiting, false);
		this.taskJobs.send(prepared, (complete) -> {
			if (waiting != null) {
				records.post(waiting.workflow(),
						new ChildNews(waiting.number(), ChildNews.Event.STARTED, id).toString());
			}
			Step step = new Step(head, Instant.EPOCH);
			step.begin(tasks(id, spec, definition, complete));
			records.create(step.toChange());
		});
		return handle(id);
	}

	private static List<TaskNode> tasks(long id, WorkflowSpec spec, Definition definition, List<NewJob> prepared) {
		List<TaskNode> nodes = new ArrayList<>(prepared.size());
		for (int i = 0; i < prepared.size(); i++) {
			WorkflowSpec.TaskSpec task = spec.tasks().get(i);
			List<Integer> after = definition.numbersOf(task.after());
			TaskNode node = TaskNode.create(id, i, task.name(), prepared.get(i), after, task.isOptional());
			node.open = after.size();
			nodes.add(node);
		}
		for (int i = 0; i < nodes.size(); i++) {
			for (int before : nodes.get(i).after()) {
				nodes.get(before).addDependent(i);
			}
		}
		return nodes;
	}

	private StoreWorkflowHandle handle(long id) {
		return new StoreWorkflowHandle(new WorkflowId(id), records(), this.serializer, this.runner);
	}

	@Override
	public Optional<WorkflowHandle> find(WorkflowId id) {
		return stored(id).filter((workflow) -> !Head.of(workflow).isBatch()).map((workflow) -> handle(workflow.id()));
	}

	private Optional<StoredWorkflow> stored(WorkflowId id) {
		return records().find(Set.of(id.value())).stream().findFirst();
	}

	@Override
	public List<WorkflowStatus> list(@Nullable WorkflowState state, @Nullable WorkflowId before, int limit) {
		Assert.isTrue(limit >= 1 && limit <= MAX_PAGE,
				() -> "'limit' must be from 1 to " + MAX_PAGE + ", not " + limit);
		return records().newest((state != null) ? state.name() : null, (before != null) ? before.value() : null, limit)
			.stream()
			.map((workflow) -> Head.of(workflow).toStatus())
			.toList();
	}

	@Override
	public StoreWorkflowContext context(JobContext job) {
		TaskRef ref = TaskRef.of(job.headers());
		Assert.state(ref != null && ref.number() != TaskRef.MEMBER,
				() -> "Job " + job.id() + " (handler: " + job.name() + ") is no task of a workflow, so there is no"
						+ " WorkflowContext and no @TaskResult for it: start it by Workflows.define(..)");
		return new StoreWorkflowContext(ref, records(), this.serializer, this.jobs, this.taskJobs);
	}

	@Override
	public BatchResult batchResult(JobContext job) {
		BatchResult result = BatchResult.of(job.headers());
		Assert.state(result != null, () -> "Job " + job.id() + " (handler: " + job.name()
				+ ") was not called back by a batch, so there is no BatchResult for it: name it in Workflows.batch(..)");
		return result;
	}

	@Override
	public BatchSpec batch(String name) {
		return new BatchSpec(name, this::open);
	}

	private Batch open(BatchSpec spec) {
		WorkflowRecords records = records();
		List<TaskNode> callbacks = new ArrayList<>();
		List<NewJob> prepared = new ArrayList<>();
		spec.callbacks().forEach((callback, request) -> prepared.add(this.taskJobs.prepare(request)));
		long id = records.reserve(prepared.isEmpty() ? "" : prepared.get(0).queue());
		int number = 0;
		for (Callback callback : spec.callbacks().keySet()) {
			callbacks.add(TaskNode.create(id, number, callback.name(), prepared.get(number), List.of(), true));
			number++;
		}
		Step step = new Step(Head.create(id, spec.name(), null, null, null, null, true), Instant.EPOCH);
		step.begin(callbacks);
		WorkflowChange first = step.toChange();
		records.create(first);
		return batch(id, true);
	}

	private StoreBatch batch(long id, boolean isNew) {
		return new StoreBatch(new WorkflowId(id), records(), this.taskJobs, this.runner, isNew);
	}

	@Override
	public Optional<Batch> findBatch(WorkflowId id) {
		return stored(id).filter((workflow) -> Head.of(workflow).isBatch())
			.map((workflow) -> batch(workflow.id(), false));
	}

}
