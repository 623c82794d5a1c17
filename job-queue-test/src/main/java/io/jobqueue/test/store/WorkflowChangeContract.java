package io.jobqueue.test.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowSignal;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes of workflows, which take place as a whole and once, or not at all.
 */
abstract class WorkflowChangeContract extends WorkflowStoreContract {

	@Test
	void changeTakesPlaceWithItsJobsAndHandlesItsSignals() {
		long id = start(1);
		settle(succeeded(claimOne()));
		List<WorkflowSignal> signals = this.workflows.look(10).signals();
		StoredWorkflow before = get(id);
		List<StoredTask> tasks = this.workflows.tasksFrom(id, 0, 10);
		StoredTask added = task(id, 1, "next", Phase.LIVE);
		WorkflowChange change = new WorkflowChange(before.with("STILL", false, "{\"step\":\"2\"}"), List.of(added),
				List.of(tasks.get(0).with(Phase.ENDED, "{\"end\":\"good\"}")), Map.of(1, job(id, 1, OTHER_QUEUE)),
				Set.of(), Map.of(), signals);
		assertThat(this.workflows.commit(List.of(change))).containsExactly(id);
		assertThat(this.workflows.look(10).signals()).isEmpty();
		assertThat(get(id)).satisfies((after) -> {
			assertThat(after.state()).isEqualTo("STILL");
			assertThat(after.status()).isEqualTo("{\"step\":\"2\"}");
			assertThat(after.content()).isEqualTo(before.content());
			assertThat(after.version()).isGreaterThan(before.version());
		});
		ClaimedJob next = claim(this.node, Claim.of(OTHER_QUEUE, 1)).get(0);
		assertThat(this.workflows.tasksFrom(id, 0, 10))
			.containsExactly(tasks.get(0).with(Phase.ENDED, "{\"end\":\"good\"}"), added.with(next.id()));
		assertThat(this.workflows.tasksIn(Phase.LIVE, Map.of(id, 9))).extracting(StoredTask::number).containsExactly(1);
	}

	@Test
	void whoIsSlowerChangesNothing() {
		long id = start(1);
		settle(succeeded(claimOne()));
		List<WorkflowSignal> signals = this.workflows.look(10).signals();
		StoredWorkflow before = get(id);
		assertThat(this.workflows.commit(List.of(change(before.with("FIRST", false, ""))))).containsExactly(id);
		WorkflowChange slower = new WorkflowChange(before.with("SECOND", false, ""),
				List.of(task(id, 1, "next", Phase.LIVE)), List.of(), Map.of(1, job(id, 1, QUEUE)), Set.of(), Map.of(),
				signals);
		assertThat(this.workflows.commit(List.of(slower))).isEmpty();
		assertThat(get(id).state()).isEqualTo("FIRST");
		assertThat(this.workflows.tasksFrom(id, 0, 10)).hasSize(1);
		assertThat(this.workflows.look(10).signals()).isEqualTo(signals);
		assertNothingToClaim();
	}

	@Test
	void signalIsHandledOnce() {
		long id = this.workflows.reserve(QUEUE);
		create(id, Map.of(0, job(id, 0, QUEUE), 1, job(id, 1, OTHER_QUEUE)));
		for (String queue : List.of(QUEUE, OTHER_QUEUE)) {
			settle(succeeded(claim(this.node, Claim.of(queue, 1)).get(0)));
			List<WorkflowSignal> signals = this.workflows.look(10).signals();
			assertThat(signals).hasSize(1);
			assertThat(this.workflows.commit(List.of(handle(id, signals)))).containsExactly(id);
			assertThat(this.workflows.commit(List.of(handle(id, signals))))
				.as("the version is the one that is there, but the signal is not: " + queue)
				.isEmpty();
		}
	}

	private WorkflowChange handle(long id, List<WorkflowSignal> signals) {
		return new WorkflowChange(get(id), List.of(), List.of(), Map.of(), Set.of(), Map.of(), signals);
	}

	@Test
	void ofManyChangesOfOneVersionOneTakesPlace() throws Exception {
		long id = start(0);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		AtomicInteger done = new AtomicInteger();
		try {
			for (int round = 0; round < 5; round++) {
				StoredWorkflow before = get(id);
				int number = round;
				List<Future<?>> all = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					all.add(threads.submit(
							() -> done.addAndGet(this.workflows
								.commit(List.of(new WorkflowChange(before.with("R" + number, false, ""),
										List.of(task(id, number, "t" + number, Phase.LIVE)), List.of(),
										Map.of(number, job(id, number, QUEUE)), Set.of(), Map.of(), List.of())))
								.size())));
				}
				for (Future<?> one : all) {
					one.get();
				}
				assertThat(done).hasValue(round + 1);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(awaitClaims(this.node, Claim.of(QUEUE, 100), 5)).hasSize(5);
		assertNothingToClaim();
	}

	@Test
	void manyWorkflowsChangeInOneCall() {
		List<Long> ids = IntStream.range(0, 5).mapToObj((i) -> start(1)).toList();
		settle(succeeded(claim(10)).toArray(Outcome[]::new));
		Map<Long, List<WorkflowSignal>> signals = new LinkedHashMap<>();
		this.workflows.look(10)
			.signals()
			.forEach((signal) -> signals.computeIfAbsent(signal.workflow(), (key) -> new ArrayList<>()).add(signal));
		List<WorkflowChange> changes = this.workflows.find(ids)
			.stream()
			.map((workflow) -> new WorkflowChange(workflow.with("NEXT", false, ""),
					List.of(task(workflow.id(), 1, "next", Phase.LIVE)), List.of(),
					Map.of(1, job(workflow.id(), 1, QUEUE)), Set.of(), Map.of(),
					signals.getOrDefault(workflow.id(), List.of())))
			.toList();
		this.workflows.commit(List.of(change(get(ids.get(2)).with("FASTER", false, ""))));
		assertThat(this.workflows.commit(changes)).containsExactlyInAnyOrder(ids.get(0), ids.get(1), ids.get(3),
				ids.get(4));
		assertThat(this.workflows.look(10).signals()).extracting(WorkflowSignal::workflow).containsExactly(ids.get(2));
		List<ClaimedJob> claimed = awaitClaims(this.node, Claim.of(QUEUE, 10), 4);
		assertThat(claimed).allSatisfy((job) -> {
			TaskRef task = Objects.requireNonNull(TaskRef.of(job.headers()));
			assertThat(this.workflows.tasks(Map.of(task.workflow(), Set.of(1)))).extracting(StoredTask::job)
				.containsExactly(job.id());
		});
	}

	@Test
	void jobsAreCancelledWithTheChange() {
		long id = start(2);
		List<StoredTask> tasks = this.workflows.tasksFrom(id, 0, 10);
		Set<JobId> jobs = Set.of(Objects.requireNonNull(tasks.get(0).job()), Objects.requireNonNull(tasks.get(1).job()),
				JobId.of(4711));
		ClaimedJob running = claimOne();
		assertThat(this.workflows.commit(List.of(new WorkflowChange(get(id).with("CANCELLED", true, ""), List.of(),
				List.of(), Map.of(), jobs, Map.of(), List.of()))))
			.hasSize(1);
		assertNothingToClaim();
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(running.id());
		eventually(() -> this.workflows.look(10).signals().size() == 1);
		assertThat(get(id).isFinished()).isTrue();
	}

	@Test
	void changeMayBeLarge() {
		int size = 3000;
		long id = this.workflows.reserve(QUEUE);
		Map<Integer, NewJob> released = new LinkedHashMap<>();
		IntStream.range(0, size)
			.forEach((number) -> released.put(number, job(id, number, (number % 2 == 0) ? QUEUE : OTHER_QUEUE)));
		create(id, released);
		List<StoredTask> tasks = this.workflows.tasksFrom(id, 0, size + 1);
		assertThat(tasks).extracting(StoredTask::number)
			.containsExactlyElementsOf(IntStream.range(0, size).boxed().toList());
		Set<JobId> jobs = tasks.stream()
			.map((task) -> Objects.requireNonNull(task.job()))
			.collect(Collectors.toCollection(LinkedHashSet::new));
		assertThat(jobs).hasSize(size);
		assertThat(this.workflows.tasksIn(Phase.LIVE, Map.of(id, size + 1))).hasSize(size);
		assertThat(claim(this.node, Claim.of(OTHER_QUEUE, 1))).extracting((job) -> TaskRef.of(job.headers()))
			.containsExactly(new TaskRef(id, 1));
		assertThat(this.workflows.commit(List.of(new WorkflowChange(get(id).with("CANCELLED", true, ""), List.of(),
				tasks.stream().map((task) -> task.with(Phase.ENDED, "over")).toList(), Map.of(), jobs, Map.of(),
				List.of()))))
			.containsExactly(id);
		assertThat(this.workflows.tasksIn(Phase.LIVE, Map.of(id, size + 1))).isEmpty();
		assertThat(this.workflows.tasks(Map.of(id, Set.of(0, size - 1)))).extracting(StoredTask::status)
			.containsExactly("over", "over");
		assertThat(this.workflows.look(size).signals()).as("all but the one that runs").hasSize(size - 1);
		assertNothingToClaim();
	}

}
