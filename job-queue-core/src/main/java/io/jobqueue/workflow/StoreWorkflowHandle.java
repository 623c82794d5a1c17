package io.jobqueue.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobState;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.WorkflowRecords;

/**
 * A workflow in its store.
 */
final class StoreWorkflowHandle implements WorkflowHandle {

	private static final int PAGE = 5000;

	private final WorkflowId id;

	private final WorkflowRecords records;

	private final JobSerializer serializer;

	private final WorkflowRunner runner;

	StoreWorkflowHandle(WorkflowId id, WorkflowRecords records, JobSerializer serializer, WorkflowRunner runner) {
		this.id = id;
		this.records = records;
		this.serializer = serializer;
		this.runner = runner;
	}

	@Override
	public WorkflowId id() {
		return this.id;
	}

	private Head head() {
		return Head.find(this.records, this.id);
	}

	@Override
	public WorkflowStatus status() {
		return head().toStatus();
	}

	@Override
	public List<TaskStatus> tasks() {
		WorkflowState state = head().state();
		return statusOf(nodes(), state);
	}

	@Override
	public List<TaskStatus> tasks(int limit) {
		Assert.isTrue(limit >= 1, "'limit' must be at least 1");
		WorkflowState state = head().state();
		return statusOf(this.records.tasksFrom(this.id.value(), 0, limit).stream().map(TaskNode::of).toList(), state);
	}

	private List<TaskStatus> statusOf(List<TaskNode> nodes, WorkflowState state) {
		Map<Integer, String> names = new HashMap<>();
		nodes.forEach((task) -> names.put(task.number(), task.name()));
		Set<Integer> others = nodes.stream()
			.flatMap((task) -> task.after().stream())
			.filter((number) -> !names.containsKey(number))
			.collect(Collectors.toSet());
		if (!others.isEmpty()) {
			this.records.tasks(Map.of(this.id.value(), others))
				.forEach((task) -> names.put(task.number(), task.name()));
		}
		return nodes.stream()
			.map((task) -> task.toStatus(
					task.after().stream().map((number) -> names.getOrDefault(number, number.toString())).toList(),
					state))
			.toList();
	}

	private List<TaskNode> nodes() {
		List<TaskNode> nodes = new ArrayList<>();
		List<StoredTask> page;
		do {
			page = this.records.tasksFrom(this.id.value(), nodes.size(), PAGE);
			page.forEach((task) -> nodes.add(TaskNode.of(task)));
		}
		while (page.size() == PAGE);
		return nodes;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T result(String task, Class<T> type) {
		TaskNode node = this.records.tasksNamed(this.id.value(), Set.of(task))
			.stream()
			.findFirst()
			.map(TaskNode::of)
			.orElseThrow(() -> new IllegalArgumentException("Workflow " + this.id + " has no task '" + task + "'"));
		String json = node.result();
		return (json != null) ? (T) this.serializer.readResult(json, type) : null;
	}

	@Override
	public WorkflowStatus await(Duration timeout) {
		return this.runner.await(this.id, timeout).toStatus();
	}

	@Override
	public CompletableFuture<WorkflowStatus> future() {
		return this.runner.future(this.id).thenApply(Head::toStatus);
	}

	@Override
	public void cancel() {
		change(Step::cancel);
	}

	@Override
	public void retry() {
		change((step) -> {
			WorkflowState state = step.head().state();
			if (state.isFinished() && state != WorkflowState.SUCCEEDED) {
				step.retry(nodes());
			}
		});
	}

	private void change(Consumer<Step> change) {
		if (!this.runner.change(this.id, change)) {
			throw new WorkflowNotFoundException(this.id);
		}
	}

	@Override
	public String mermaid() {
		List<TaskStatus> tasks = tasks();
		Map<String, Integer> numbers = new HashMap<>();
		StringBuilder text = new StringBuilder("flowchart TD\n");
		for (int i = 0; i < tasks.size(); i++) {
			TaskStatus task = tasks.get(i);
			numbers.put(task.name(), i);
			text.append("    t%d[\"%s\"]:::%s%n".formatted(i, task.name(), style(task.state())));
		}
		for (int i = 0; i < tasks.size(); i++) {
			for (String before : tasks.get(i).after()) {
				text.append("    t%d %s t%d%n".formatted(numbers.getOrDefault(before, 0),
						tasks.get(i).isOptional() ? "-.->" : "-->", i));
			}
		}
		text.append("    classDef succeeded fill:#d4edda,stroke:#28a745\n");
		text.append("    classDef failed fill:#f8d7da,stroke:#dc3545\n");
		text.append("    classDef cancelled fill:#e2e3e5,stroke:#6c757d\n");
		text.append("    classDef available fill:#cce5ff,stroke:#007bff\n");
		text.append("    classDef blocked fill:#ffffff,stroke:#adb5bd\n");
		return text.toString().replace(System.lineSeparator(), "\n");
	}

	private static String style(JobState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof StoreWorkflowHandle handle && handle.id.equals(this.id);
	}

	@Override
	public int hashCode() {
		return this.id.hashCode();
	}

	@Override
	public String toString() {
		return "Workflow " + this.id;
	}

}
