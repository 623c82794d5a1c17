package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Moving jobs from one queue to another.
 */
@Timeout(120)
abstract class MoveContract extends StoreContract {

	private static final String OTHER = "other";

	private static final Claim OF_OTHER = Claim.of(OTHER, 10);

	@Test
	void movedJobsWaitInTheOtherQueueByPriorityThenArrival() {
		// Ids of a batch are in its order, wherever its jobs are.
		List<JobId> all = this.store.enqueue(List.of(DRAFT.queue(OTHER).job(), DRAFT.job(), DRAFT.priority(5).job(),
				DRAFT.job(), DRAFT.queue(OTHER).job()));
		List<JobId> ids = all.subList(1, 4);
		assertThat(this.store.admin().move(ids, OTHER)).isEqualTo(3);
		assertThat(this.store.admin().move(ids, OTHER)).isZero();
		assertNothingToClaim();
		assertThat(ids(awaitClaims(this.node, OF_OTHER, 5))).containsExactly(all.get(2), all.get(0), all.get(1),
				all.get(3), all.get(4));
	}

	@Test
	void jobsThatAreBehindOthersWhichWereClaimedAlreadyAreSeen() {
		List<JobId> ids = enqueue(3, DRAFT);
		enqueue(3, DRAFT.queue(OTHER));
		assertThat(claim(this.node, OF_OTHER)).hasSize(3);
		assertThat(claim(this.node, OF_OTHER)).isEmpty();
		assertThat(this.store.admin().move(ids.get(1), OTHER)).isTrue();
		assertThat(ids(awaitClaims(this.node, OF_OTHER, 1))).containsExactly(ids.get(1));
		assertThat(ids(claim(10))).containsExactly(ids.get(0), ids.get(2));
	}

	@Test
	void allElseStaysAsItIs() {
		JobId id = enqueue(DRAFT.arguments("[7]").headers(Map.of("tenant", "a")).priority(3));
		settle(retry(claimOne(), Duration.ofMinutes(10)));
		JobRecord before = find(id);
		assertThat(this.store.admin().move(id, OTHER)).isTrue();
		JobRecord after = find(id);
		assertThat(after.queue()).isEqualTo(OTHER);
		assertThat(after).usingRecursiveComparison().ignoringFields("queue").isEqualTo(before);
		this.fixture.advance(Duration.ofMinutes(9));
		assertNothingToClaim(OF_OTHER);
		this.fixture.advance(Duration.ofMinutes(2));
		ClaimedJob claimed = awaitClaims(this.node, OF_OTHER, 1).get(0);
		assertThat(List.of(claimed.queue(), claimed.attempts(), claimed.arguments(), claimed.priority()))
			.containsExactly(OTHER, 1, "[7]", 3);
		settle(succeeded(claimed));
		assertThat(find(id).queue()).isEqualTo(OTHER);
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void deadlineStays() {
		JobId id = enqueue(DRAFT.deadline(JobDeadline.after(Duration.ofMinutes(10))));
		this.store.admin().move(id, OTHER);
		this.fixture.advance(Duration.ofMinutes(11));
		assertThat(this.store.expire()).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(id);
			assertThat(job.queue()).isEqualTo(OTHER);
		});
	}

	@Test
	void suspectStaysASuspect() {
		JobId id = enqueue(DRAFT);
		claimOne();
		this.node = register();
		rescueAllBut(this.node);
		assertThat(this.store.admin().move(id, OTHER)).isTrue();
		assertThat(awaitClaims(this.node, OF_OTHER, 1)).singleElement().matches(ClaimedJob::isSuspect);
	}

	@Test
	void jobsThatDoNotWaitAreLeftAlone() {
		List<JobId> ids = new ArrayList<>(enqueue(4, DRAFT));
		List<ClaimedJob> jobs = claim(4);
		settle(succeeded(jobs.get(0)), failed(jobs.get(1)), cancelled(jobs.get(2)));
		this.store.mark(this.node, List.of(jobs.get(3)), Map.of());
		ids.add(enqueue(DRAFT));
		claimOne();
		ids.add(JobId.of(987_654_321));
		assertThat(this.store.admin().move(ids, OTHER)).isZero();
		assertThat(this.store.admin().move(List.of(), OTHER)).isZero();
		assertNothingToClaim(OF_OTHER);
	}

	@Test
	void uniqueJobIsLeftAloneAndHoldsItsKey() {
		JobDraft unique = DRAFT.unique(new UniqueKey("=key", UniqueScope.UNTIL_FINISHED, null, OnDuplicate.SKIP));
		JobId id = enqueue(unique);
		assertThat(this.store.admin().move(id, OTHER)).isFalse();
		assertThat(enqueue(unique)).isEqualTo(id);
		assertThat(ids(claim(10))).containsExactly(id);
	}

	@Test
	void limitsHoldAnewInTheOtherQueue() {
		JobDraft limited = DRAFT.limits(JobLimits.ofKey("a", JobLimit.concurrency(1)));
		List<JobId> ids = enqueue(3, limited);
		JobId there = enqueue(limited.queue(OTHER));
		ClaimedJob running = claim(this.node, OF_OTHER).get(0);
		assertThat(running.id()).isEqualTo(there);
		// The first of them has got the place of the key here, which the second gets now.
		assertThat(this.store.admin().move(ids.get(0), OTHER)).isTrue();
		assertNothingToClaim(OF_OTHER);
		assertThat(ids(awaitClaims(this.node, Claim.of(QUEUE, 10), 1))).containsExactly(ids.get(1));
		assertThat(this.store.admin().move(ids.get(2), OTHER)).isTrue();
		settle(succeeded(running));
		assertThat(ids(awaitClaims(this.node, OF_OTHER, 1))).containsExactly(ids.get(0));
		assertNothingToClaim(OF_OTHER);
		assertNothingToClaim();
	}

	@Test
	void allJobsThatPassAFilterAreMoved() {
		enqueue(1200, DRAFT.handler("mail.send"));
		JobId stays = enqueue(DRAFT);
		JobFilter filter = JobFilter.in(JobState.AVAILABLE).handler("mail.send").queue(QUEUE);
		assertThat(this.store.admin().count(filter, 2000).jobs()).isEqualTo(1200);
		assertThat(this.store.admin().moveAll(filter, OTHER)).isEqualTo(1200);
		assertThat(this.store.admin().moveAll(filter, OTHER)).isZero();
		assertThat(ids(claim(10))).containsExactly(stays);
		assertThat(awaitClaims(this.node, Claim.of(OTHER, 1000), 1200)).hasSize(1200);
	}

	@Test
	void badNameOfAQueueIsRefused() {
		JobId id = enqueue(DRAFT);
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.admin().move(id, "no such queue!"));
		assertThat(find(id).queue()).isEqualTo(QUEUE);
	}

	@Test
	void otherQueueIsTold() {
		Set<String> told = ConcurrentHashMap.newKeySet();
		JobId id = enqueue(DRAFT);
		try (WakeUps.Subscription subscription = ((WakeUps) this.store).subscribe(told::add)) {
			this.store.admin().move(id, OTHER);
			eventually(() -> told.contains(OTHER));
			assertThat(subscription).isNotNull();
		}
	}

	@Test
	void jobsThatAreMovedToAndFroRunOnce() throws Exception {
		List<JobId> ids = enqueue(300, DRAFT);
		Set<JobId> claimed = ConcurrentHashMap.newKeySet();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			List<Future<?>> nodes = Stream.of(QUEUE, OTHER)
				.<Future<?>>map((queue) -> threads.submit(() -> work(Claim.of(queue, 3), claimed, ids.size())))
				.toList();
			Future<?> mover = threads.submit(() -> {
				for (int i = 0; claimed.size() < ids.size(); i++) {
					int from = (i * 37) % ids.size();
					this.store.admin()
						.move(ids.subList(from, Math.min(from + 50, ids.size())), (i % 2 == 0) ? OTHER : QUEUE);
				}
			});
			for (Future<?> node : nodes) {
				node.get(60, TimeUnit.SECONDS);
			}
			mover.get(60, TimeUnit.SECONDS);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(claimed).isEqualTo(new HashSet<>(ids));
		assertThat(this.store.admin().countByState()).containsEntry(JobState.SUCCEEDED, (long) ids.size());
	}

	private void work(Claim claim, Set<JobId> claimed, int total) {
		long me = register();
		List<Outcome> outcomes = new ArrayList<>();
		patiently().atMost(Duration.ofSeconds(50)).until(() -> {
			Exchange.Result result = this.store.exchange(new Exchange(me, List.copyOf(outcomes), claim));
			assertThat(result.refused()).isEmpty();
			outcomes.removeIf((outcome) -> !result.deferred().contains(outcome.job().id()));
			for (ClaimedJob job : result.claimed()) {
				assertThat(claimed.add(job.id())).as("Job %s was claimed twice", job.id()).isTrue();
				outcomes.add(succeeded(job));
			}
			return outcomes.isEmpty() && claimed.size() == total;
		});
	}

}
