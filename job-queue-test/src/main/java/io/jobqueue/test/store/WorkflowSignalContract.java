package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowSignal;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is a signal for a workflow, and what is none.
 */
abstract class WorkflowSignalContract extends WorkflowStoreContract {

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

}
