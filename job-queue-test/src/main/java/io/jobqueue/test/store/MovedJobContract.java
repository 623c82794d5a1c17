package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobPage;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobEndings;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.WorkflowStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be done with jobs that were moved: the same as with others, by the same ids.
 */
@Timeout(120)
abstract class MovedJobContract extends StoreContract {

	private static final String OTHER = "other";

	private static final String THIRD = "third";

	private JobId enqueueAndMove(JobDraft draft) {
		JobId id = enqueue(draft);
		assertThat(this.store.admin().move(id, OTHER)).isTrue();
		return id;
	}

	private ClaimedJob awaitClaimOf(String queue) {
		return awaitClaims(this.node, Claim.of(queue, 10), 1).get(0);
	}

	@Test
	void cancelledAndRetriedWhereItIs() {
		JobId id = enqueueAndMove(DRAFT);
		assertThat(this.store.admin().cancel(id)).isTrue();
		assertThat(this.store.admin().cancel(id)).isFalse();
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
		assertNothingToClaim(Claim.of(OTHER, 10));
		assertThat(this.store.admin().retry(id)).isTrue();
		assertNothingToClaim();
		settle(failed(awaitClaimOf(OTHER)));
		assertThat(this.store.admin().retry(id)).isTrue();
		assertThat(awaitClaimOf(OTHER).id()).isEqualTo(id);
	}

	@Test
	void deletedWhereItIs() {
		JobId waiting = enqueueAndMove(DRAFT);
		JobId finished = enqueueAndMove(DRAFT.priority(1));
		settle(succeeded(awaitClaims(this.node, Claim.of(OTHER, 1), 1).get(0)));
		assertThat(this.store.admin().delete(List.of(waiting, finished))).isEqualTo(2);
		assertThat(this.store.admin().find(waiting)).isEmpty();
		assertThat(this.store.admin().find(finished)).isEmpty();
		assertThat(this.store.admin().delete(List.of(waiting, finished))).isZero();
		assertThat(this.store.admin().move(List.of(waiting, finished), THIRD)).isZero();
		assertNothingToClaim(Claim.of(OTHER, 10));
	}

	@Test
	void rescheduledWhereItIs() {
		JobId id = enqueueAndMove(DRAFT);
		assertThat(this.store.admin().reschedule(id, this.fixture.now().plusSeconds(3600))).isTrue();
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertNothingToClaim(Claim.of(OTHER, 10));
		assertThat(this.store.admin().move(id, THIRD)).isTrue();
		assertThat(state(id)).isEqualTo(JobState.SCHEDULED);
		assertThat(this.store.admin().reschedule(id, this.fixture.now())).isTrue();
		assertThat(awaitClaimOf(THIRD).id()).isEqualTo(id);
	}

	@Test
	void cancelledAndHeardOfWhileItRuns() {
		JobId id = enqueueAndMove(DRAFT);
		ClaimedJob running = awaitClaimOf(OTHER);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		this.store.mark(this.node, List.of(running), Map.of(id, new JobProgress(30, "reading")));
		assertThat(find(id).progress()).isEqualTo(new JobProgress(30, "reading"));
		assertThat(this.store.admin().held(this.node, 10)).singleElement()
			.satisfies((held) -> assertThat(held.id()).isEqualTo(id));
		assertThat(this.store.admin().cancel(id)).isTrue();
		assertThat(this.store.heartbeat(this.node).cancelled()).containsExactly(id);
		settle(cancelled(running));
		assertThat(state(id)).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void movedOnAndBackItIsAlwaysInOneQueue() {
		JobId id = enqueue(DRAFT.arguments("[1]").headers(Map.of("tenant", "a")).priority(2));
		JobStore second = this.fixture.secondInstance().orElse(this.store);
		JobRecord before = find(id);
		String from = QUEUE;
		for (String to : List.of(OTHER, THIRD, OTHER, QUEUE, THIRD, QUEUE, OTHER)) {
			assertThat(second.admin().move(id, to)).isTrue();
			assertThat(this.store.admin().move(id, to)).isFalse();
			JobRecord now = find(id);
			assertThat(now.queue()).isEqualTo(to);
			assertThat(now).usingRecursiveComparison().ignoringFields("queue").isEqualTo(before);
			assertNothingToClaim(Claim.of(from, 10));
			from = to;
		}
		settle(succeeded(awaitClaimOf(OTHER)));
		assertThat(find(id).queue()).isEqualTo(OTHER);
		assertThat(this.store.admin().move(id, THIRD)).isFalse();
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, 1L)
			.containsEntry(JobState.AVAILABLE, 0L);
	}

	@Test
	void foundWhileOthersMoveIt() throws Exception {
		JobId id = enqueue(DRAFT);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			List<Future<?>> movers = new ArrayList<>();
			for (List<String> queues : List.of(List.of(OTHER, THIRD, QUEUE), List.of(THIRD, QUEUE, OTHER))) {
				movers.add(threads.submit(() -> {
					for (int i = 0; i < 60; i++) {
						this.store.admin().move(id, queues.get(i % queues.size()));
					}
				}));
			}
			while (!movers.stream().allMatch(Future::isDone)) {
				assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
			}
			for (Future<?> mover : movers) {
				mover.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		String queue = find(id).queue();
		assertThat(awaitClaimOf(queue).id()).isEqualTo(id);
		List.of(QUEUE, OTHER, THIRD).forEach((other) -> assertNothingToClaim(Claim.of(other, 10)));
	}

	@Test
	void explained() {
		JobDraft limited = DRAFT.limits(JobLimits.ofKey("a", JobLimit.concurrency(1)));
		JobId holder = enqueueAndMove(limited);
		awaitClaimOf(OTHER);
		JobId waits = enqueueAndMove(limited);
		assertThat(this.store.admin().explain(waits).reasons())
			.filteredOn((reason) -> reason.kind() == JobExplanation.Kind.KEY_LIMITED)
			.singleElement()
			.satisfies((reason) -> assertThat(reason.data().toString()).contains(holder.toString()));
		this.store.admin().pause(OTHER);
		assertThat(this.store.admin().explain(waits).has(JobExplanation.Kind.QUEUE_PAUSED)).isTrue();
	}

	@Test
	void whoWaitsForItSeesItsEnd() {
		useStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		JobEndings endings = (JobEndings) this.store;
		JobId before = enqueue(DRAFT.priority(1));
		assertThat(endings.look(Set.of(before), Set.of(before), Duration.ofHours(1)).unknown()).isEmpty();
		this.store.admin().move(before, OTHER);
		JobId after = enqueueAndMove(DRAFT);
		JobEndings.Ended live = endings.look(Set.of(before, after), Set.of(after), Duration.ofHours(1));
		assertThat(live.jobs()).isEmpty();
		assertThat(live.unknown()).isEmpty();
		awaitClaims(this.node, Claim.of(OTHER, 10), 2).forEach((job) -> settle(succeeded(job)));
		JobEndings.Ended ended = endings.look(Set.of(before, after), Set.of(), Duration.ofHours(1));
		assertThat(ended.jobs()).extracting(JobRecord::id).containsExactlyInAnyOrder(before, after);
		assertThat(ended.unknown()).isEmpty();
		this.store.admin().delete(after);
		assertThat(endings.look(Set.of(after), Set.of(), Duration.ofHours(1)).unknown()).containsExactly(after);
	}

	@Test
	void listedInTheOrderOfIds() {
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			JobDraft draft = DRAFT.queue((i % 2 == 0) ? QUEUE : OTHER);
			jobs.add(((i < 4) ? draft : draft.delay(Duration.ofHours(1))).job());
		}
		List<JobId> ids = this.store.enqueue(jobs);
		this.store.admin().move(List.of(ids.get(0), ids.get(4)), OTHER);
		this.store.admin().move(ids.get(1), THIRD);
		assertThat(list(JobFilter.all())).containsExactlyElementsOf(reversed(ids));
		assertThat(list(JobFilter.all().queue(OTHER)))
			.containsExactlyElementsOf(reversed(List.of(ids.get(0), ids.get(3), ids.get(4), ids.get(5))));
		assertThat(list(JobFilter.in(JobState.SCHEDULED).queue(OTHER))).containsExactly(ids.get(5), ids.get(4));
		assertThat(list(JobFilter.all().queue(THIRD))).containsExactly(ids.get(1));
		awaitClaims(this.node, Claim.of(OTHER, 1), 1).forEach((job) -> settle(succeeded(job)));
		assertThat(list(JobFilter.in(JobState.SUCCEEDED))).containsExactly(ids.get(0));
		assertThat(list(JobFilter.in(JobState.AVAILABLE))).containsExactly(ids.get(3), ids.get(2), ids.get(1));
	}

	private List<JobId> list(JobFilter filter) {
		List<JobId> found = new ArrayList<>();
		JobId before = null;
		do {
			JobPage page = this.store.admin().page(filter, before, 2);
			page.jobs().forEach((job) -> found.add(job.id()));
			before = page.next();
		}
		while (before != null);
		return found;
	}

	private static List<JobId> reversed(List<JobId> ids) {
		return ids.stream().sorted(Comparator.reverseOrder()).toList();
	}

	@Test
	void rescuedToTheQueueWhereItIs() {
		JobId id = enqueueAndMove(DRAFT);
		awaitClaimOf(OTHER);
		this.node = register();
		assertThat(rescueAllBut(this.node).rescued()).isEqualTo(1);
		ClaimedJob again = awaitClaimOf(OTHER);
		assertThat(again.id()).isEqualTo(id);
		assertThat(again.isSuspect()).isTrue();
	}

	@Test
	void prunedAsOthers() {
		JobId id = enqueueAndMove(DRAFT);
		JobId stays = enqueueAndMove(DRAFT.delay(Duration.ofDays(30)));
		settle(succeeded(awaitClaimOf(OTHER)));
		// A store may remove whole days only.
		this.fixture.advance(Retention.DEFAULT.succeeded().plusDays(2));
		this.store.prune();
		// Now there is no trace of the job, so whatever remembers its move may go.
		this.fixture.advance(Duration.ofHours(1));
		this.store.prune();
		assertThat(this.store.admin().find(id)).isEmpty();
		assertThat(find(stays).queue()).isEqualTo(OTHER);
		assertThat(this.store.admin().move(stays, QUEUE)).isTrue();
	}

	@Test
	void endOfATaskIsTold() {
		WorkflowRecords workflows = ((WorkflowStore) this.store).workflows();
		long id = start(workflows);
		JobId job = jobOf(workflows, id);
		assertThat(this.store.admin().move(job, OTHER)).isTrue();
		assertThat(this.store.admin().move(job, THIRD)).isTrue();
		assertThat(workflows.look(10).signals()).isEmpty();
		settle(succeeded(awaitClaimOf(THIRD)));
		assertThat(workflows.look(10).signals()).singleElement().satisfies((signal) -> {
			assertThat(signal.workflow()).isEqualTo(id);
			assertThat(signal.end()).isNotNull()
				.extracting(WorkflowSignal.End::job, WorkflowSignal.End::state)
				.containsExactly(job, JobState.SUCCEEDED);
		});
		commit(workflows, id, Set.of(), workflows.look(10).signals());
		assertThat(workflows.look(10).signals()).isEmpty();
	}

	@Test
	void taskIsCancelledByItsWorkflow() {
		WorkflowRecords workflows = ((WorkflowStore) this.store).workflows();
		long id = start(workflows);
		JobId job = jobOf(workflows, id);
		assertThat(this.store.admin().move(job, OTHER)).isTrue();
		commit(workflows, id, Set.of(job), List.of());
		assertThat(state(job)).isEqualTo(JobState.CANCELLED);
		assertThat(workflows.look(10).signals()).singleElement()
			.satisfies((signal) -> assertThat(signal.end()).isNotNull()
				.extracting(WorkflowSignal.End::job, WorkflowSignal.End::state)
				.containsExactly(job, JobState.CANCELLED));
	}

	private long start(WorkflowRecords workflows) {
		long id = workflows.reserve(QUEUE);
		workflows.create(new WorkflowChange(
				new StoredWorkflow(id, "smoothie", "RUNNING", false, 0, this.fixture.now(), null, "", ""),
				List.of(new StoredTask(id, 0, "a", StoredTask.Phase.LIVE, null, "", "")), List.of(),
				Map.of(0, DRAFT.headers(new TaskRef(id, 0).addTo(Map.of())).job()), Set.of(), Map.of(), List.of()));
		return id;
	}

	private static JobId jobOf(WorkflowRecords workflows, long id) {
		return Objects.requireNonNull(workflows.tasksFrom(id, 0, 1).get(0).job());
	}

	private static void commit(WorkflowRecords workflows, long id, Set<JobId> cancelled, List<WorkflowSignal> handled) {
		StoredWorkflow workflow = workflows.find(Set.of(id)).get(0);
		assertThat(workflows.commit(List.of(new WorkflowChange(workflow.with("RUNNING", false, "x"), List.of(),
				List.of(), Map.of(), cancelled, Map.of(), handled))))
			.containsExactly(id);
	}

	@Test
	void liveForRecurringJobs() {
		JobId live = enqueueAndMove(DRAFT);
		JobId finished = enqueueAndMove(DRAFT.priority(1));
		settle(succeeded(awaitClaims(this.node, Claim.of(OTHER, 1), 1).get(0)));
		assertThat(((RecurringStore) this.store).recurring().live(List.of(live, finished, JobId.of(987_654_321))))
			.containsExactly(live);
	}

	@Test
	void allFailuresStay() {
		JobId id = enqueue(DRAFT);
		settle(retry(claimOne(), Duration.ZERO));
		JobAdmin admin = this.store.admin();
		assertThat(admin.move(id, OTHER)).isTrue();
		settle(failed(awaitClaimOf(OTHER)));
		JobRecord failed = find(id);
		assertThat(failed.failures()).hasSize(2);
		assertThat(failed.attempt()).isEqualTo(2);
		assertThat(failed.state()).isEqualTo(JobState.FAILED);
	}

}
