package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How people find and count jobs.
 */
abstract class JobQueryContract extends StoreContract {

	@Test
	void adminIsTheSameObjectEveryTime() {
		assertThat(this.store.admin()).isSameAs(this.store.admin());
	}

	@Test
	void unknownJobIsNotFound() {
		JobId id = JobId.of(987_654_321);
		assertThat(this.store.admin().find(id)).isEmpty();
		assertThatExceptionOfType(JobNotFoundException.class).isThrownBy(() -> this.store.admin().get(id))
			.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(id));
	}

	@Test
	void emptyStoreHasNoJobs() {
		assertThat(find(JobFilter.all(), null, 10)).isEmpty();
		assertThat(this.store.admin().countByState()).containsOnlyKeys(JobState.values());
		assertThat(this.store.admin().countByState().values()).containsOnly(0L);
	}

	@Test
	void jobsAreFoundNewestFirstInAllStates() {
		List<JobId> ids = oneOfEachState();
		Collections.reverse(ids);
		assertThat(find(JobFilter.all(), null, 100)).isEqualTo(ids);
	}

	@Test
	void jobsAreCountedByState() {
		oneOfEachState();
		enqueue(2, DRAFT.queue("other"));
		assertThat(this.store.admin().countByState())
			.isEqualTo(Map.of(JobState.BLOCKED, 0L, JobState.SCHEDULED, 1L, JobState.AVAILABLE, 3L, JobState.RUNNING,
					1L, JobState.SUCCEEDED, 1L, JobState.FAILED, 1L, JobState.CANCELLED, 1L));
	}

	@Test
	void jobsAreFoundByState() {
		List<JobId> ids = oneOfEachState();
		for (JobId id : ids) {
			assertThat(find(JobFilter.in(state(id)), null, 10)).containsExactly(id);
		}
		assertThat(find(JobFilter.in(JobState.BLOCKED), null, 10)).isEmpty();
		List<JobId> unfinished = find(JobFilter.in(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RUNNING), null, 10);
		assertThat(unfinished).hasSize(3)
			.allSatisfy((id) -> assertThat(state(id).isFinished()).isFalse())
			.isSortedAccordingTo(Collections.reverseOrder());
		assertThat(find(JobFilter.in(JobState.FAILED, JobState.RUNNING), null, 10)).hasSize(2)
			.isSortedAccordingTo(Collections.reverseOrder());
	}

	@Test
	void jobsAreFoundByQueueAndHandler() {
		JobId plain = enqueue(DRAFT);
		JobId other = enqueue(DRAFT.queue("other"));
		JobId mail = enqueue(DRAFT.handler("mail.send"));
		JobId both = enqueue(DRAFT.queue("other").handler("mail.send"));
		assertThat(find(JobFilter.all().queue("other"), null, 10)).containsExactly(both, other);
		assertThat(find(JobFilter.all().handler("mail.send"), null, 10)).containsExactly(both, mail);
		assertThat(find(JobFilter.all().queue("other").handler("mail.send"), null, 10)).containsExactly(both);
		assertThat(find(JobFilter.all().queue(QUEUE).handler(DRAFT.job().handler()), null, 10)).containsExactly(plain);
		assertThat(find(JobFilter.all().queue("none"), null, 10)).isEmpty();
	}

	@Test
	void finishedJobsAreFoundByQueueAndHandler() {
		enqueue(DRAFT.handler("mail.send"));
		JobId id = enqueue(DRAFT);
		settle(claim(2).stream().map(StoreContract::succeeded).toArray(Outcome[]::new));
		assertThat(find(JobFilter.in(JobState.SUCCEEDED).queue(QUEUE).handler(DRAFT.job().handler()), null, 10))
			.containsExactly(id);
		assertThat(find(JobFilter.in(JobState.SUCCEEDED).queue("other"), null, 10)).isEmpty();
	}

	@Test
	void jobsAreFoundByTheTimeOfTheirEnqueue() {
		JobId older = enqueue(DRAFT);
		settle(succeeded(claimOne()));
		this.fixture.advance(Duration.ofHours(1));
		JobId newer = enqueue(DRAFT);
		Instant end = find(newer).createdAt();
		Instant start = find(older).createdAt();
		assertThat(find(JobFilter.all().created(start, end), null, 10)).containsExactly(older);
		assertThat(find(JobFilter.all().created(end, end.plusSeconds(1)), null, 10)).containsExactly(newer);
		assertThat(find(JobFilter.all().created(start, end.plusSeconds(1)), null, 10)).containsExactly(newer, older);
		assertThat(find(JobFilter.all().created(start.plusSeconds(1), end), null, 10)).isEmpty();
	}

	@Test
	void jobsAreFoundPageByPageInAllStatesTogether() {
		List<JobId> ids = new ArrayList<>(enqueue(25, DRAFT));
		settle(claim(12).stream().map(StoreContract::succeeded).toArray(Outcome[]::new));
		claim(5);
		Collections.reverse(ids);
		List<JobId> first = find(JobFilter.all(), null, 10);
		List<JobId> second = find(JobFilter.all(), first.get(9), 10);
		List<JobId> third = find(JobFilter.all(), second.get(9), 10);
		assertThat(first).isEqualTo(ids.subList(0, 10));
		assertThat(second).isEqualTo(ids.subList(10, 20));
		assertThat(third).isEqualTo(ids.subList(20, 25));
		assertThat(find(JobFilter.all(), third.get(4), 10)).isEmpty();
	}

	@Test
	void pagesOfAFilterAreFull() {
		for (int i = 0; i < 10; i++) {
			enqueue(3, DRAFT.queue("noise"));
			enqueue(DRAFT);
		}
		List<JobId> page = find(JobFilter.all().queue(QUEUE), null, 6);
		assertThat(page).hasSize(6);
		assertThat(find(JobFilter.all().queue(QUEUE), page.get(5), 6)).hasSize(4);
	}

	@Test
	void pageMustNotBeEmptyOrTooLarge() {
		JobAdmin admin = this.store.admin();
		assertThatIllegalArgumentException().isThrownBy(() -> admin.find(JobFilter.all(), null, 0));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> admin.find(JobFilter.all(), null, JobAdmin.MAX_PAGE_SIZE + 1));
		assertThat(admin.find(JobFilter.all(), null, JobAdmin.MAX_PAGE_SIZE)).isEmpty();
	}

	@Test
	void foundJobsAreWhatGetReturns() {
		List<JobId> ids = oneOfEachState();
		List<JobRecord> found = this.store.admin().find(JobFilter.all(), null, 100);
		assertThat(found).hasSameSizeAs(ids).allSatisfy((job) -> assertThat(job).isEqualTo(find(job.id())));
	}

	@Test
	void jobIsInspectedWithItsAttempts() {
		JobId id = enqueue(DRAFT.attempts(5, null, null));
		for (int i = 1; i <= 3; i++) {
			ClaimedJob claimed = awaitClaim(this.node);
			settle(Outcome.retry(claimed, Duration.ZERO, new Outcome.Failure("Type" + i, "message " + i, "at " + i),
					RAN));
		}
		JobRecord job = find(id);
		assertThat(job.attempt()).isEqualTo(3);
		assertThat(job.failures())
			.extracting((failure) -> failure.attempt() + " " + failure.type() + " " + failure.message() + " "
					+ failure.stackTrace())
			.containsExactly("1 Type1 message 1 at 1", "2 Type2 message 2 at 2", "3 Type3 message 3 at 3");
		assertThat(job.failures()).extracting((failure) -> failure.at()).isSorted();
	}

	private List<JobId> oneOfEachState() {
		List<JobId> ids = new ArrayList<>(enqueue(4, DRAFT));
		List<ClaimedJob> jobs = claim(4);
		settle(succeeded(jobs.get(0)), cancelled(jobs.get(1)), failed(jobs.get(3)));
		ids.add(enqueue(DRAFT.delay(Duration.ofHours(1))));
		ids.add(enqueue(DRAFT));
		return ids;
	}

	private List<JobId> find(JobFilter filter, @Nullable JobId before, int limit) {
		return this.store.admin().find(filter, before, limit).stream().map(JobRecord::id).toList();
	}

}
