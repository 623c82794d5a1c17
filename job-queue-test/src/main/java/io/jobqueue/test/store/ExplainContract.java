package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.HeldJob;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobExplanation.Kind;
import io.jobqueue.JobExplanation.Reason;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NodeDescription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Why jobs do not run, and what nodes hold.
 */
abstract class ExplainContract extends StoreContract {

	@Test
	void unknownJobIsNotExplained() {
		assertThatExceptionOfType(JobNotFoundException.class)
			.isThrownBy(() -> this.store.admin().explain(JobId.of(987_654_321)));
	}

	@Test
	void nothingKeepsTheFirstJobOfAWorkedQueue() {
		JobId id = enqueue(DRAFT);
		JobExplanation explanation = this.store.admin().explain(id);
		assertThat(explanation.id()).isEqualTo(id);
		assertThat(explanation.state()).isEqualTo(JobState.AVAILABLE);
		assertThat(kinds(id)).containsExactly(Kind.NEXT);
		assertThat(explanation.text()).contains("next of its queue");
	}

	@Test
	void jobsThatComeFirstAreCounted() {
		List<JobId> ids = enqueue(5, DRAFT);
		enqueue(2, DRAFT.priority(5));
		enqueue(3, DRAFT.priority(-5));
		enqueue(3, DRAFT.queue("other"));
		assertThat(reason(ids.get(3), Kind.BEHIND_OTHERS).data()).containsEntry("jobs", 5L)
			.containsEntry("isExact", true);
		claim(4);
		assertThat(reason(ids.get(3), Kind.BEHIND_OTHERS).data()).containsEntry("jobs", 1L);
		assertThat(kinds(ids.get(2))).containsExactly(Kind.NEXT);
	}

	@Test
	void longLineIsNotCountedToItsEnd() {
		enqueue(1500, DRAFT);
		Map<String, Object> data = reason(enqueue(DRAFT), Kind.BEHIND_OTHERS).data();
		assertThat(data).containsEntry("jobs", Boolean.TRUE.equals(data.get("isExact")) ? 1500L : 1000L);
	}

	@Test
	void jobThatIsNotDueWaitsForItsTime() {
		JobId id = enqueue(DRAFT.delay(Duration.ofHours(1)));
		assertThat(kinds(id)).containsExactly(Kind.NOT_DUE);
		assertThat(reason(id, Kind.NOT_DUE).data()).containsEntry("until", find(id).runAt());
		assertThat(reason(id, Kind.NOT_DUE).text()).contains(find(id).runAt().toString());
		this.fixture.advance(Duration.ofHours(2));
		this.store.heartbeat(this.node);
		assertThat(this.store.admin().explain(id).has(Kind.NOT_DUE)).isFalse();
	}

	@Test
	void failedAttemptWaitsForTheNext() {
		JobId id = enqueue(DRAFT);
		settle(retry(claimOne(), Duration.ofHours(1)));
		assertThat(kinds(id)).containsExactly(Kind.WAITS_FOR_RETRY);
		assertThat(reason(id, Kind.WAITS_FOR_RETRY).data()).containsEntry("until", find(id).runAt())
			.containsEntry("attempt", 1);
	}

	@Test
	void pausedQueueKeepsItsJobs() {
		JobId id = enqueue(DRAFT);
		JobId later = enqueue(DRAFT.delay(Duration.ofHours(1)));
		this.store.admin().pause(QUEUE);
		assertThat(kinds(id)).containsExactly(Kind.QUEUE_PAUSED);
		assertThat(reason(id, Kind.QUEUE_PAUSED).data()).containsEntry("queue", QUEUE);
		assertThat(kinds(later)).containsExactly(Kind.NOT_DUE, Kind.QUEUE_PAUSED);
		this.store.admin().resume(QUEUE);
		assertThat(kinds(id)).containsExactly(Kind.NEXT);
	}

	@Test
	void queueThatNobodyWorksKeepsItsJobs() {
		JobId id = enqueue(DRAFT.queue("forgotten"));
		assertThat(kinds(id)).containsExactly(Kind.QUEUE_NOT_WORKED);
		assertThat(reason(id, Kind.QUEUE_NOT_WORKED).data()).containsEntry("queue", "forgotten");
		this.store.register(new NodeDescription("late", List.of("forgotten")));
		assertThat(kinds(id)).containsExactly(Kind.NEXT);
	}

	@Test
	void handlerThatNoNodeHasKeepsItsJobs() {
		this.store.deregister(this.node);
		this.store.register(new NodeDescription("one", List.of(QUEUE), List.of("order.confirm")));
		this.store.register(new NodeDescription("other", List.of("other"), List.of("mail.send")));
		JobId id = enqueue(DRAFT.handler("mail.send"));
		assertThat(kinds(id)).containsExactly(Kind.HANDLER_UNKNOWN);
		assertThat(reason(id, Kind.HANDLER_UNKNOWN).data()).containsEntry("handler", "mail.send");
		this.store.register(new NodeDescription("new", List.of(QUEUE), List.of("mail.send", "order.confirm")));
		assertThat(kinds(id)).containsExactly(Kind.NEXT);
	}

	@Test
	void runningJobIsOnItsNode() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		assertThat(kinds(id)).containsExactly(Kind.RUNNING);
		assertThat(reason(id, Kind.RUNNING).data()).containsEntry("node", this.node)
			.containsEntry("nodeName", "contract");
		this.store.admin().cancel(id);
		assertThat(kinds(id)).containsExactly(Kind.CANCEL_REQUESTED, Kind.RUNNING);
		settle(cancelled(claimed));
		assertThat(kinds(id)).containsExactly(Kind.FINISHED);
	}

	@Test
	void finishedJobHasEnded() {
		List<JobId> ids = enqueue(2, DRAFT);
		List<ClaimedJob> jobs = claim(2);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)));
		assertThat(kinds(ids.get(0))).containsExactly(Kind.FINISHED);
		assertThat(reason(ids.get(0), Kind.FINISHED).data()).containsEntry("state", JobState.SUCCEEDED);
		assertThat(reason(ids.get(1), Kind.FINISHED).data()).containsEntry("state", JobState.FAILED)
			.containsEntry("finishedAt", end(ids.get(1)));
	}

	@Test
	void abandonedJobIsTakenAlone() {
		JobId id = enqueue(DRAFT);
		claimOne();
		rescueAllBut();
		this.node = register();
		assertThat(kinds(id)).containsExactly(Kind.ABANDONED);
		assertThat(reason(id, Kind.ABANDONED).data()).containsEntry("abandonments", 1);
	}

	@Test
	void fullKeyNamesTheJobsThatHoldIt() {
		JobDraft draft = DRAFT.limits(JobLimits.ofKey("customer-7", JobLimit.concurrency(1)));
		List<JobId> ids = enqueue(2, draft);
		ClaimedJob holder = awaitClaim(this.node);
		assertThat(kinds(ids.get(1))).containsExactly(Kind.KEY_LIMITED);
		assertThat(reason(ids.get(1), Kind.KEY_LIMITED).data()).containsEntry("key", "customer-7")
			.containsEntry("jobs", List.of(holder.id()));
	}

	@Test
	void fullHandlerNamesTheJobsThatHoldIt() {
		JobDraft draft = DRAFT.limits(JobLimits.ofHandler(JobLimit.concurrency(1)));
		List<JobId> ids = enqueue(2, draft);
		ClaimedJob holder = awaitClaim(this.node);
		assertThat(reason(ids.get(1), Kind.HANDLER_LIMITED).data()).containsEntry("handler", DRAFT.job().handler())
			.containsEntry("jobs", List.of(holder.id()));
	}

	@Test
	void limitOfTheQueueIsNamed() {
		List<JobId> ids = enqueue(2, DRAFT);
		this.store.admin().limit(LimitTarget.queue(QUEUE), JobLimit.concurrency(1));
		claimOne();
		assertThat(reason(ids.get(1), Kind.QUEUE_LIMITED).data()).containsEntry("maxConcurrent", 1);
	}

	@Test
	void nodesTellWhichHandlersTheyHave() {
		this.store.register(new NodeDescription("one", List.of(QUEUE), List.of("mail.send", "order.confirm")));
		List<NodeStatus> nodes = this.store.admin().nodes();
		assertThat(nodes.get(0).handlers()).isNull();
		assertThat(nodes.get(1).handlers()).containsExactly("mail.send", "order.confirm");
	}

	@Test
	void jobsThatANodeHoldsAreShown() {
		Instant before = this.fixture.now().minusSeconds(1);
		List<JobId> ids = enqueue(3, DRAFT);
		enqueue(DRAFT.queue("other").handler("mail.send"));
		List<ClaimedJob> mine = claim(2);
		claim(this.node, Claim.of("other", 1));
		long stranger = register();
		claim(stranger, Claim.of(QUEUE, 1));
		settle(succeeded(mine.get(0)));
		List<HeldJob> held = this.store.admin().held(this.node, 100);
		assertThat(held).extracting(HeldJob::handler).containsExactlyInAnyOrder(DRAFT.job().handler(), "mail.send");
		assertThat(held).extracting(HeldJob::queue).containsExactlyInAnyOrder(QUEUE, "other");
		assertThat(held).allSatisfy((job) -> {
			if (job.since() != null) {
				assertThat(job.since()).isBetween(before, this.fixture.now());
			}
		});
		assertThat(this.store.admin().held(stranger, 100)).extracting(HeldJob::id).containsExactly(ids.get(2));
		assertThat(this.store.admin().held(this.node, 1)).hasSize(1);
		assertThat(this.store.admin().held(stranger + 1_000_000, 100)).isEmpty();
	}

	private Instant end(JobId id) {
		Instant end = find(id).finishedAt();
		if (end == null) {
			throw new AssertionError("Job " + id + " has no end");
		}
		return end;
	}

	private List<Kind> kinds(JobId id) {
		return this.store.admin().explain(id).reasons().stream().map(Reason::kind).toList();
	}

	private Reason reason(JobId id, Kind kind) {
		return this.store.admin()
			.explain(id)
			.reasons()
			.stream()
			.filter((reason) -> reason.kind() == kind)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No reason " + kind + ": " + this.store.admin().explain(id)));
	}

}
