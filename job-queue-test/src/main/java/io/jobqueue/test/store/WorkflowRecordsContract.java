package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workflows and their tasks as they are kept, found and removed.
 */
abstract class WorkflowRecordsContract extends WorkflowStoreContract {

	@Test
	void workflowAndTasksAreKeptAsTheyAre() {
		long id = this.workflows.reserve(QUEUE);
		StoredWorkflow workflow = workflow(id, Duration.ofHours(1), "{\"input\":\"\\u20ac\u20ac\"}");
		List<StoredTask> tasks = List.of(task(id, 0, "a", Phase.LIVE), task(id, 1, "b", Phase.BLOCKED),
				task(id, 2, "c_1.d-e", Phase.READY));
		this.workflows.create(new WorkflowChange(workflow, tasks, List.of(), Map.of(), Set.of(), Map.of(), List.of()));
		StoredWorkflow stored = get(id);
		assertThat(stored.createdAt()).isBetween(this.fixture.now().minusSeconds(60), this.fixture.now());
		assertThat(stored).isEqualTo(new StoredWorkflow(id, "smoothie", "RUNNING", false, stored.version(),
				stored.createdAt(), Duration.ofHours(1), workflow.content(), workflow.status()));
		assertThat(this.workflows.tasksFrom(id, 0, 10)).containsExactlyElementsOf(tasks);
		assertThat(this.workflows.tasksFrom(id, 1, 1)).containsExactly(tasks.get(1));
		assertThat(this.workflows.tasks(Map.of(id, Set.of(0, 2, 7)))).containsExactlyInAnyOrder(tasks.get(0),
				tasks.get(2));
		assertThat(this.workflows.tasksNamed(id, Set.of("b", "x"))).containsExactly(tasks.get(1));
		assertThat(this.workflows.tasksIn(Phase.READY, Map.of(id, 5))).containsExactly(tasks.get(2));
		assertThat(this.workflows.tasksIn(Phase.LIVE, Map.of(id, 5))).containsExactly(tasks.get(0));
		this.fixture.secondInstance().ifPresent((other) -> {
			assertThat(records(other).find(Set.of(id))).containsExactly(stored);
			assertThat(records(other).tasksFrom(id, 0, 10)).containsExactlyElementsOf(tasks);
		});
	}

	@Test
	void workflowWithoutATimeoutHasNone() {
		long id = this.workflows.reserve(QUEUE);
		this.workflows.create(change(workflow(id, null, "")));
		assertThat(get(id).timeout()).isNull();
	}

	@Test
	void whatDoesNotExistIsNotFound() {
		long id = this.workflows.reserve(QUEUE);
		assertThat(this.workflows.find(Set.of(id))).isEmpty();
		assertThat(this.workflows.find(Set.of())).isEmpty();
		assertThat(this.workflows.tasksFrom(id, 0, 10)).isEmpty();
		assertThat(this.workflows.tasks(Map.of(id, Set.of(0)))).isEmpty();
		assertThat(this.workflows.tasksNamed(id, Set.of("a"))).isEmpty();
		assertThat(this.workflows.tasksIn(Phase.READY, Map.of(id, 1))).isEmpty();
		assertThat(this.workflows.look(10).isEmpty()).isTrue();
		assertThat(this.workflows.newest(null, null, 10)).isEmpty();
		assertThat(this.workflows.commit(List.of(change(workflow(id, null, ""))))).isEmpty();
	}

	@Test
	void workflowsAreCountedUpToALimit() {
		assertThat(this.workflows.count("RUNNING", 10)).isZero();
		for (String queue : List.of(QUEUE, QUEUE, OTHER_QUEUE)) {
			this.workflows.create(change(workflow(this.workflows.reserve(queue), null, "")));
		}
		assertThat(this.workflows.count("RUNNING", 10)).isEqualTo(3);
		assertThat(this.workflows.count("RUNNING", 3)).isEqualTo(3);
		assertThat(this.workflows.count("RUNNING", 2)).isEqualTo(2);
		StoredWorkflow last = this.workflows.newest(null, null, 1).get(0);
		assertThat(this.workflows.commit(List.of(change(last.with("FAILED", true, ""))))).hasSize(1);
		assertThat(this.workflows.count("RUNNING", 10)).isEqualTo(2);
		assertThat(this.workflows.count("FAILED", 10)).isEqualTo(1);
	}

	@Test
	void idsAreNeverUsedAgain() {
		Set<Long> ids = Set.of(this.workflows.reserve(QUEUE), this.workflows.reserve(QUEUE),
				this.workflows.reserve(OTHER_QUEUE));
		assertThat(ids).hasSize(3).doesNotContain(0L);
	}

	@Test
	void firstJobsAreEnqueuedWithTheWorkflow() {
		long id = start(2);
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).extracting((job) -> TaskRef.of(job.headers()))
			.containsExactly(new TaskRef(id, 0), new TaskRef(id, 1));
		assertThat(this.workflows.tasksFrom(id, 0, 10)).extracting(StoredTask::job)
			.containsExactly(claimed.get(0).id(), claimed.get(1).id());
	}

	@Test
	void timeIsOverByTheClockOfTheStore() {
		long id = this.workflows.reserve(QUEUE);
		this.workflows.create(change(workflow(id, Duration.ofMinutes(5), "")));
		assertThat(this.workflows.look(10).timedOut()).isEmpty();
		this.fixture.advance(Duration.ofMinutes(6));
		assertThat(this.workflows.look(10).timedOut()).containsExactly(id);
		assertThat(this.workflows.look(0).timedOut()).isEmpty();
		this.workflows.commit(List.of(change(get(id).with("TIMED_OUT", true, ""))));
		assertThat(this.workflows.look(10).timedOut()).isEmpty();
	}

	@Test
	void newestComeFirstAndCanBePaged() {
		List<Long> ids = IntStream.range(0, 5).mapToObj((i) -> start(0)).toList();
		this.workflows.commit(List.of(change(get(ids.get(1)).with("DONE", true, ""))));
		assertThat(newest(null, null, 2)).containsExactly(ids.get(4), ids.get(3));
		assertThat(newest(null, ids.get(3), 2)).containsExactly(ids.get(2), ids.get(1));
		assertThat(newest("DONE", null, 10)).containsExactly(ids.get(1));
		assertThat(newest("RUNNING", null, 10)).hasSize(4);
	}

	@Test
	void finishedWorkflowsAreRemovedByAge() {
		List<Long> ids = IntStream.range(0, 3).mapToObj((i) -> start(1)).toList();
		ids.subList(0, 2).forEach((id) -> this.workflows.commit(List.of(change(get(id).with("DONE", true, "")))));
		assertThat(this.workflows.prune(Duration.ofDays(1), 10)).isZero();
		this.fixture.advance(Duration.ofDays(2));
		assertThat(this.workflows.prune(Duration.ofDays(1), 1)).isEqualTo(1);
		assertThat(this.workflows.prune(Duration.ofDays(1), 10)).isEqualTo(1);
		assertThat(newest(null, null, 10)).containsExactly(ids.get(2));
		assertThat(this.workflows.tasksFrom(ids.get(0), 0, 10)).isEmpty();
		assertThat(this.workflows.tasksFrom(ids.get(2), 0, 10)).hasSize(1);
	}

	private List<Long> newest(@Nullable String state, @Nullable Long before, int limit) {
		return this.workflows.newest(state, before, limit).stream().map(StoredWorkflow::id).toList();
	}

}
