package io.jobqueue.workflow;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowRecords;

/**
 * Those who wait on this node for the end of workflows. Thread-safe.
 */
final class Endings {

	private final Map<Long, Queue<CompletableFuture<Head>>> waiting = new ConcurrentHashMap<>();

	CompletableFuture<Head> future(long id) {
		CompletableFuture<Head> future = new CompletableFuture<>();
		this.waiting.compute(id, (key, others) -> {
			Queue<CompletableFuture<Head>> all = (others != null) ? others : new ConcurrentLinkedQueue<>();
			all.add(future);
			return all;
		});
		future.whenComplete((head, failure) -> this.waiting.computeIfPresent(id, (key, all) -> {
			all.remove(future);
			return all.isEmpty() ? null : all;
		}));
		return future;
	}

	/**
	 * Tell those who wait for a workflow that has ended.
	 */
	void ended(Head head) {
		futures(head.id()).forEach((future) -> future.complete(head));
	}

	/**
	 * Look which of the workflows have ended that somebody waits for, and tell.
	 */
	void look(WorkflowRecords records) {
		Set<Long> ids = Set.copyOf(this.waiting.keySet());
		if (!ids.isEmpty()) {
			look(records, ids);
		}
	}

	/**
	 * Look which of some workflows have ended, and tell those who wait for them.
	 */
	void look(WorkflowRecords records, Set<Long> ids) {
		List<StoredWorkflow> found = records.find(ids);
		found.stream().filter(StoredWorkflow::isFinished).map(Head::of).forEach(this::ended);
		Set<Long> known = Set.copyOf(found.stream().map(StoredWorkflow::id).toList());
		ids.stream()
			.filter((id) -> !known.contains(id))
			.forEach((id) -> futures(id)
				.forEach((future) -> future.completeExceptionally(new WorkflowNotFoundException(new WorkflowId(id)))));
	}

	void stopped() {
		this.waiting.keySet()
			.forEach((id) -> futures(id).forEach((future) -> future
				.completeExceptionally(new IllegalStateException("This node stops, so it waits no longer"))));
	}

	private List<CompletableFuture<Head>> futures(long id) {
		Queue<CompletableFuture<Head>> all = this.waiting.get(id);
		return (all != null) ? List.copyOf(all) : List.of();
	}

}
