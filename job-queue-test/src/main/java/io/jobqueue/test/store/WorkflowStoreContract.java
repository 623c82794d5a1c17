package io.jobqueue.test.store;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.WorkflowStore;

/**
 * What workflows need of a store.
 */
abstract class WorkflowStoreContract extends StoreContract {

	static final String OTHER_QUEUE = "other";

	WorkflowRecords workflows;

	@BeforeEach
	void findWorkflows() {
		this.workflows = records(this.store);
	}

	static WorkflowRecords records(JobStore store) {
		return ((WorkflowStore) store).workflows();
	}

	long start(int jobs) {
		long id = this.workflows.reserve(QUEUE);
		Map<Integer, NewJob> released = new LinkedHashMap<>();
		IntStream.range(0, jobs).forEach((number) -> released.put(number, job(id, number, QUEUE)));
		create(id, released);
		return id;
	}

	void create(long id, Map<Integer, NewJob> released) {
		List<StoredTask> tasks = released.keySet()
			.stream()
			.map((number) -> task(id, number, "t" + number, Phase.LIVE))
			.toList();
		this.workflows.create(new WorkflowChange(workflow(id, null, "{}"), tasks, List.of(), released, Set.of(),
				Map.of(), List.of()));
	}

	static WorkflowChange change(StoredWorkflow workflow) {
		return new WorkflowChange(workflow, List.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of());
	}

	StoredWorkflow workflow(long id, @Nullable Duration timeout, String content) {
		return new StoredWorkflow(id, "smoothie", "RUNNING", false, 0, this.fixture.now(), timeout, content,
				"{\"a\":\"b\"}");
	}

	static StoredTask task(long id, int number, String name, Phase phase) {
		return new StoredTask(id, number, name, phase, null, "{\"content\":\"" + name + "\"}", "{\"status\":\"x\"}");
	}

	static NewJob job(long id, int number, String queue) {
		return DRAFT.queue(queue).headers(new TaskRef(id, number).addTo(Map.of())).job();
	}

	StoredWorkflow get(long id) {
		return this.workflows.find(Set.of(id)).get(0);
	}

	static Map<Integer, WorkflowSignal.End> ends(WorkflowLook look) {
		Map<Integer, WorkflowSignal.End> ends = new LinkedHashMap<>();
		look.signals()
			.stream()
			.map(WorkflowSignal::end)
			.filter(Objects::nonNull)
			.forEach((end) -> ends.put(end.number(), end));
		return ends;
	}

}
