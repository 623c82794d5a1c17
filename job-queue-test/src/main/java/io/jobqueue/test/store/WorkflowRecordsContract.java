package io.jobqueue.test.store;

import java.time.Duration;
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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.WorkflowStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Records of workflows: whoever is slower changes nothing, a change and its jobs are one,
 * and no job of a task ends without its signal.
 */
abstract class WorkflowRecordsContract extends StoreContract {

	private static final String OTHER_QUEUE = "other";

	WorkflowRecords workflows;

	@BeforeEach
	void findWorkflows() {
		this.workflows = records(this.store);
	}

	private static WorkflowRecords records(JobStore store) {
		return ((WorkflowStore) store).workflows();
	}

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
	void endOfItsJobIsASignal() {
		long id = start(3);
		List<ClaimedJob> claimed = claim(10);
		settle(Outcome.succeeded(claimed.get(0), "{\"cut\":\"yes\"}", RAN), failed(claimed.get(1)),
				cancelled(claimed.get(2)));
		WorkflowLook look = this.workflows.look(10);
		assertThat(look.signals()).extracting(WorkflowSignal::workflow).containsOnly(id);
		assertThat(look.workflows()).isEqualTo(this.workflows.find(Set.of(id)));
		assertThat(this.workflows.tasksFrom(id, 0, 3)).containsAll(look.tasks());
		Map<Integer, WorkflowSignal.End> ends = ends(look);
		WorkflowSignal.End first = Objects.requireNonNull(ends.get(0));
		assertThat(first).isEqualTo(new WorkflowSignal.End(0, claimed.get(0).id(), JobState.SUCCEEDED,
				"{\"cut\":\"yes\"}", null, null, first.at()));
		assertThat(first.at()).isBetween(look.now().minusSeconds(60), look.now().plusSeconds(1));
		assertThat(ends.get(1)).satisfies((end) -> {
			assertThat(end.state()).isEqualTo(JobState.FAILED);
			assertThat(end.failureType()).isEqualTo(FAILURE.type());
			assertThat(end.failureMessage()).isEqualTo(FAILURE.message());
		});
		assertThat(ends.get(2)).extracting(WorkflowSignal.End::state).isEqualTo(JobState.CANCELLED);
		assertThat(this.workflows.look(10).signals()).as("a look changes nothing").hasSize(3);
		assertThat(this.workflows.look(2).signals()).hasSize(2);
	}

	@Test
	void endIsASignalEvenIfNothingIsKept() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		this.workflows = records(this.store);
		start(3);
		List<ClaimedJob> claimed = claim(10);
		settle(Outcome.succeeded(claimed.get(0), "1", RAN), failed(claimed.get(1)), cancelled(claimed.get(2)));
		assertThat(ends(this.workflows.look(10)).values()).extracting(WorkflowSignal.End::state)
			.containsExactlyInAnyOrder(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);
		assertThat(ends(this.workflows.look(10)).get(0)).extracting(WorkflowSignal.End::result).isEqualTo("1");
	}

	@Test
	void whatIsNoEndIsNoSignal() {
		start(3);
		List<ClaimedJob> claimed = claim(10);
		settle(retry(claimed.get(0), Duration.ZERO), Outcome.released(claimed.get(1)),
				Outcome.snoozed(claimed.get(2), Duration.ZERO, RAN));
		assertThat(this.workflows.look(10).signals()).isEmpty();
		settle(succeeded(awaitClaims(this.node, Claim.of(QUEUE, 10), 3)).toArray(Outcome[]::new));
		assertThat(this.workflows.look(10).signals()).hasSize(3);
	}

	@Test
	void jobsThatAreNoTasksAreNoSignals() {
		enqueue(3, DRAFT);
		settle(succeeded(claim(10)).toArray(Outcome[]::new));
		assertThat(this.workflows.look(10).signals()).isEmpty();
	}

	@Test
	void deletedJobIsASignal() {
		jobThatEndsWithoutItsHandlerIsASignal(Ending.DELETED);
	}

	@Test
	void waitingJobThatIsCancelledIsASignal() {
		jobThatEndsWithoutItsHandlerIsASignal(Ending.CANCELLED_WAITING);
	}

	@Test
	void runningJobThatIsCancelledIsASignal() {
		jobThatEndsWithoutItsHandlerIsASignal(Ending.CANCELLED_RUNNING);
	}

	@Test
	void expiredJobIsASignal() {
		jobThatEndsWithoutItsHandlerIsASignal(Ending.EXPIRED);
	}

	@Test
	void abandonedJobIsASignal() {
		jobThatEndsWithoutItsHandlerIsASignal(Ending.ABANDONED);
	}

	private void jobThatEndsWithoutItsHandlerIsASignal(Ending ending) {
		long id = this.workflows.reserve(QUEUE);
		NewJob job = job(id, 0, QUEUE);
		if (ending == Ending.EXPIRED) {
			job = new JobDraft(job).deadline(JobDeadline.after(Duration.ofSeconds(5))).job();
		}
		create(id, Map.of(0, job));
		JobId jobId = Objects.requireNonNull(this.workflows.tasksFrom(id, 0, 1).get(0).job());
		switch (ending) {
			case DELETED -> assertThat(this.store.admin().delete(List.of(jobId))).isEqualTo(1);
			case CANCELLED_WAITING -> {
				this.store.admin().cancel(List.of(jobId));
				assertNothingToClaim();
			}
			case CANCELLED_RUNNING -> {
				ClaimedJob claimed = claimOne();
				this.store.admin().cancel(List.of(jobId));
				settle(retry(claimed, Duration.ZERO));
			}
			case EXPIRED -> {
				this.fixture.advance(Duration.ofSeconds(6));
				assertThat(this.store.expire()).hasSize(1);
			}
			case ABANDONED -> {
				for (int i = 0; i < Rescue.MAX_ABANDONMENTS; i++) {
					long node = register();
					awaitClaim(node);
					rescueAllBut(this.node);
				}
			}
		}
		assertThat(ends(this.workflows.look(10)).get(0)).satisfies((end) -> {
			assertThat(end.job()).isEqualTo(jobId);
			assertThat(end.state()).isEqualTo(
					(ending == Ending.EXPIRED || ending == Ending.ABANDONED) ? JobState.FAILED : JobState.CANCELLED);
		});
		assertThat(this.workflows.look(10).signals()).hasSize(1);
	}

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

	@Test
	void textsAreSignalsInTheirOrder() {
		long id = start(0);
		long other = start(0);
		this.workflows.post(id, "one");
		this.workflows.post(id, "two \u20ac");
		assertThat(this.workflows.look(10).signals()).extracting(WorkflowSignal::text)
			.containsExactly("one", "two \u20ac");
		assertThat(this.workflows.commit(List.of(new WorkflowChange(get(id).with("NEXT", false, ""), List.of(),
				List.of(), Map.of(), Set.of(), Map.of(other, "three"), this.workflows.look(1).signals()))))
			.hasSize(1);
		assertThat(this.workflows.look(10).signals()).extracting(WorkflowSignal::text)
			.containsExactlyInAnyOrder("two \u20ac", "three");
	}

	@Test
	void textOfAJobIsSeenNotAfterItsEnd() {
		long id = start(1);
		ClaimedJob job = claimOne();
		this.workflows.post(id, "news");
		settle(succeeded(job));
		List<WorkflowSignal> signals = this.workflows.look(10).signals();
		assertThat(signals).hasSize(2);
		assertThat(signals.get(0).text()).isEqualTo("news");
	}

	@Test
	void membersAreEnqueuedWithTheirNews() {
		long id = start(0);
		this.workflows.enqueue(id, List.of(job(id, TaskRef.MEMBER, QUEUE), job(id, TaskRef.MEMBER, QUEUE),
				job(id, TaskRef.MEMBER, OTHER_QUEUE)), "three");
		assertThat(this.workflows.look(10).signals()).extracting(WorkflowSignal::text).containsExactly("three");
		List<ClaimedJob> claimed = new ArrayList<>(claim(10));
		claimed.addAll(claim(this.node, Claim.of(OTHER_QUEUE, 10)));
		settle(succeeded(claimed).toArray(Outcome[]::new));
		List<WorkflowSignal> signals = this.workflows.look(10).signals();
		assertThat(signals).hasSize(4);
		assertThat(signals.subList(1, 4)).extracting((signal) -> Objects.requireNonNull(signal.end()).number())
			.containsOnly(TaskRef.MEMBER);
	}

	@Test
	void signalsOfLostWorkflowsCanBeDropped() {
		long id = this.workflows.reserve(QUEUE);
		this.store.enqueue(List.of(job(id, 0, QUEUE)));
		settle(succeeded(claimOne()));
		List<WorkflowSignal> signals = this.workflows.look(10).signals();
		assertThat(signals).hasSize(1);
		this.workflows.drop(signals);
		assertThat(this.workflows.look(10).signals()).isEmpty();
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

	@Test
	void thisNodeIsTold() {
		AtomicInteger told = new AtomicInteger();
		try (WakeUps.Subscription subscription = ((WakeUps) this.store).subscribe(new WakeUps.Listener() {

			@Override
			public void available(String queue) {
				// Not asked for.
			}

			@Override
			public void workflowChanged() {
				told.incrementAndGet();
			}

		})) {
			assertThat(subscription).isNotNull();
			start(1);
			eventually(() -> told.get() == 1);
			settle(succeeded(claimOne()));
			eventually(() -> told.get() == 2);
			enqueue(DRAFT);
			settle(succeeded(claimOne()));
			assertThat(told).as("plain jobs are nobody's business").hasValue(2);
		}
	}

	/**
	 * How a job can end other than by its handler.
	 */
	enum Ending {

		DELETED, CANCELLED_WAITING, CANCELLED_RUNNING, EXPIRED, ABANDONED

	}

	private long start(int jobs) {
		long id = this.workflows.reserve(QUEUE);
		Map<Integer, NewJob> released = new LinkedHashMap<>();
		IntStream.range(0, jobs).forEach((number) -> released.put(number, job(id, number, QUEUE)));
		create(id, released);
		return id;
	}

	private void create(long id, Map<Integer, NewJob> released) {
		List<StoredTask> tasks = released.keySet()
			.stream()
			.map((number) -> task(id, number, "t" + number, Phase.LIVE))
			.toList();
		this.workflows.create(new WorkflowChange(workflow(id, null, "{}"), tasks, List.of(), released, Set.of(),
				Map.of(), List.of()));
	}

	private static WorkflowChange change(StoredWorkflow workflow) {
		return new WorkflowChange(workflow, List.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of());
	}

	private StoredWorkflow workflow(long id, @Nullable Duration timeout, String content) {
		return new StoredWorkflow(id, "smoothie", "RUNNING", false, 0, this.fixture.now(), timeout, content,
				"{\"a\":\"b\"}");
	}

	private static StoredTask task(long id, int number, String name, Phase phase) {
		return new StoredTask(id, number, name, phase, null, "{\"content\":\"" + name + "\"}", "{\"status\":\"x\"}");
	}

	private static NewJob job(long id, int number, String queue) {
		return DRAFT.queue(queue).headers(new TaskRef(id, number).addTo(Map.of())).job();
	}

	private StoredWorkflow get(long id) {
		return this.workflows.find(Set.of(id)).get(0);
	}

	private List<Long> newest(@Nullable String state, @Nullable Long before, int limit) {
		return this.workflows.newest(state, before, limit).stream().map(StoredWorkflow::id).toList();
	}

	private static Map<Integer, WorkflowSignal.End> ends(WorkflowLook look) {
		Map<Integer, WorkflowSignal.End> ends = new LinkedHashMap<>();
		look.signals()
			.stream()
			.map(WorkflowSignal::end)
			.filter(Objects::nonNull)
			.forEach((end) -> ends.put(end.number(), end));
		return ends;
	}

}
