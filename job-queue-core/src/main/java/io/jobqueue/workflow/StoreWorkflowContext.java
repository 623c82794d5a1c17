package io.jobqueue.workflow;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobMethod;
import io.jobqueue.JobNames;
import io.jobqueue.JobOperations;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTarget;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowRecords;

/**
 * What one attempt of a task sees. It asks the store when the handler asks, and remembers
 * the answers.
 */
final class StoreWorkflowContext implements WorkflowContext {

	private final TaskRef ref;

	private final WorkflowRecords records;

	private final JobSerializer serializer;

	private final JobOperations jobs;

	private final TaskJobs taskJobs;

	private @Nullable Head head;

	private @Nullable TaskNode task;

	// The tasks that this one waits for, directly or not, as far as they were needed.
	private final Map<String, TaskNode> before = new HashMap<>();

	private Set<Integer> next = new HashSet<>();

	private final Set<Integer> seen = new HashSet<>();

	StoreWorkflowContext(TaskRef ref, WorkflowRecords records, JobSerializer serializer, JobOperations jobs,
			TaskJobs taskJobs) {
		this.ref = ref;
		this.records = records;
		this.serializer = serializer;
		this.jobs = jobs;
		this.taskJobs = taskJobs;
	}

	TaskRef ref() {
		return this.ref;
	}

	private Head head() {
		Head found = this.head;
		if (found == null) {
			found = Head.find(this.records, id());
			this.head = found;
		}
		return found;
	}

	private TaskNode node() {
		TaskNode found = this.task;
		if (found == null) {
			found = this.records.tasks(Map.of(this.ref.workflow(), Set.of(this.ref.number())))
				.stream()
				.findFirst()
				.map(TaskNode::of)
				.orElseThrow(() -> new WorkflowNotFoundException(id()));
			this.task = found;
			this.next.addAll(found.after());
		}
		return found;
	}

	@Override
	public WorkflowId id() {
		return new WorkflowId(this.ref.workflow());
	}

	@Override
	public String name() {
		return head().name();
	}

	@Override
	public String task() {
		return node().name();
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T input(Class<T> type) {
		String json = head().input();
		return (json != null) ? (T) this.serializer.readResult(json, type) : null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T result(String name, Class<T> type) {
		return (T) read(name, type);
	}

	@Nullable Object read(String name, Type type) {
		String json = find(name).result();
		return (json != null) ? this.serializer.readResult(json, type) : null;
	}

	private TaskNode find(String name) {
		TaskNode self = node();
		while (!this.before.containsKey(name) && !this.next.isEmpty()) {
			List<StoredTask> level = this.records.tasks(Map.of(this.ref.workflow(), this.next));
			this.seen.addAll(this.next);
			Set<Integer> further = new HashSet<>();
			for (StoredTask stored : level) {
				TaskNode found = TaskNode.of(stored);
				this.before.put(found.name(), found);
				found.after().stream().filter((number) -> !this.seen.contains(number)).forEach(further::add);
			}
			this.next = further;
		}
		TaskNode found = this.before.get(name);
		Assert.isTrue(found != null, () -> "The task '" + self.name() + "' does not wait for '" + name
				+ "', so there is no result: let it wait by after(\"" + name + "\")");
		return found;
	}

	@Override
	public void add(String name, JobSpec job, String... after) {
		JobNames.requireValid("task name", name);
		Set<String> all = new LinkedHashSet<>();
		all.add(task());
		all.addAll(List.of(after));
		this.taskJobs.send(List.of(this.taskJobs.prepare(job.request())), (complete) -> this.records
			.post(this.ref.workflow(), AddedTask.write(
					complete.stream().map((added) -> new AddedTask(name, added, List.copyOf(all), false)).toList())));
	}

	@Override
	public void add(String name, String handler, String... after) {
		add(name, this.jobs.job(handler), after);
	}

	@Override
	public <T> void add(String name, JobMethod.Of0<T> method, String... after) {
		add(name, this.jobs.job(JobTarget.of(method)), after);
	}

	@Override
	public <T, A> void add(String name, JobMethod.Of1<T, A> method, String... after) {
		add(name, this.jobs.job(JobTarget.of(method)), after);
	}

	@Override
	public <T, A, B> void add(String name, JobMethod.Of2<T, A, B> method, String... after) {
		add(name, this.jobs.job(JobTarget.of(method)), after);
	}

	@Override
	public <T, A, B, C> void add(String name, JobMethod.Of3<T, A, B, C> method, String... after) {
		add(name, this.jobs.job(JobTarget.of(method)), after);
	}

	@Override
	public WorkflowHandle start(WorkflowSpec child) {
		return child.start(this);
	}

}
