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
	 * Tell those whose workflows have ended.
	 */
	void look(WorkflowRecords records) {
		Set<Long> ids = Set.copyOf(this.waiting.keySet());
		if (ids.isEmpty()) {
			return;
		}
		List<StoredWorkflow> found = records.find(ids);
		for (StoredWorkflow workflow : found) {
			if (workflow.isFinished()) {
				Head head = Head.of(workflow);
				futures(workflow.id()).forEach((future) -> future.complete(head));
			}
		}
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
