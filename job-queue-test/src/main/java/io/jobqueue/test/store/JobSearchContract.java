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
import io.jobqueue.JobCount;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.retry.Backoff;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.TaskRef;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Searches that find by headers and times, and that end soon however many jobs there are.
 */
abstract class JobSearchContract extends StoreContract {

	/** More than a page looks at. */
	private static final int MANY = JobAdmin.MAX_EXAMINED + 1000;

	@Test
	void jobsAreFoundByHeaders() {
		JobId both = enqueue(DRAFT.headers(Map.of("tenant", "acme", "user", "jo")));
		JobId one = enqueue(DRAFT.headers(Map.of("tenant", "acme")));
		enqueue(DRAFT.headers(Map.of("tenant", "acme2", "user", "acme")));
		enqueue(DRAFT);
		assertThat(find(JobFilter.all().header("tenant", "acme"))).containsExactly(one, both);
		assertThat(find(JobFilter.all().header("tenant", "acme").header("user", "jo"))).containsExactly(both);
		assertThat(find(JobFilter.all().header("user", "acme2"))).isEmpty();
		assertThat(find(JobFilter.all().header("tena", "acme"))).isEmpty();
	}

	@Test
	void headersOfFinishedJobsAreSearched() {
		JobId id = enqueue(DRAFT.headers(Map.of("tenant", "acme")));
		settle(succeeded(claimOne()));
		assertThat(find(JobFilter.in(JobState.SUCCEEDED).header("tenant", "acme"))).containsExactly(id);
		assertThat(find(JobFilter.in(JobState.SUCCEEDED).header("tenant", "other"))).isEmpty();
	}

	@Test
	void jobsAreFoundByTheirConcurrencyKey() {
		JobLimits acme = JobLimits.ofKey("acme \"1\"", JobLimit.concurrency(1));
		JobId first = enqueue(DRAFT.limits(acme));
		JobId second = enqueue(DRAFT.limits(acme));
		enqueue(DRAFT.limits(JobLimits.ofKey("acme", JobLimit.concurrency(1))));
		enqueue(DRAFT.limits(JobLimits.ofHandler(JobLimit.concurrency(5))));
		enqueue(DRAFT);
		assertThat(find(JobFilter.all().concurrencyKey("acme \"1\""))).containsExactly(second, first);
		assertThat(find(JobFilter.all().concurrencyKey("acme 1"))).isEmpty();
		this.store.admin().cancel(List.of(first));
		assertThat(find(JobFilter.in(JobState.CANCELLED).concurrencyKey("acme \"1\""))).containsExactly(first);
		assertThat(find(JobFilter.in(JobState.AVAILABLE).concurrencyKey("acme \"1\""))).containsExactly(second);
	}

	@Test
	void jobsWithEverythingElseAreFoundByHeadersAndKey() {
		JobDraft full = DRAFT.attempts(3, Duration.ofMinutes(1), Backoff.fixed(Duration.ofSeconds(1)).toString())
			.deadline(JobDeadline.after(Duration.ofHours(1)))
			.limits(JobLimits.ofKey("acme", JobLimit.concurrency(1)));
		Map<String, String> ofTask = new TaskRef(77, 3).addTo(Map.of("tenant", "acme", "empty", ""));
		JobId task = enqueue(full.headers(ofTask));
		JobId plain = enqueue(full.headers(Map.of("tenant", "acme")));
		enqueue(full);
		assertThat(find(JobFilter.all().header("tenant", "acme"))).containsExactly(plain, task);
		assertThat(find(JobFilter.all().header("empty", "").concurrencyKey("acme"))).containsExactly(task);
		assertThat(find(JobFilter.all().header("tenant", "acme").concurrencyKey("other"))).isEmpty();
		assertThat(find(JobFilter.all().concurrencyKey("acme"))).hasSize(3);
	}

	@Test
	void countingGoesOnOverManyJobsOfSeveralQueues() {
		this.store.enqueue(Collections.nCopies(600, DRAFT.headers(Map.of("tenant", "acme")).job()));
		this.store.enqueue(Collections.nCopies(350, DRAFT.queue("second").headers(Map.of("tenant", "acme")).job()));
		this.store.enqueue(Collections.nCopies(30, DRAFT.queue("third").job()));
		JobFilter filter = JobFilter.all().header("tenant", "acme");
		JobAdmin admin = this.store.admin();
		assertThat(admin.count(filter, 3000)).isEqualTo(new JobCount(950, true));
		assertThat(admin.count(filter, 950)).isEqualTo(new JobCount(950, true));
		assertThat(admin.count(filter, 949)).isEqualTo(new JobCount(949, false));
		assertThat(admin.count(filter.queue("second"), 3000)).isEqualTo(new JobCount(350, true));
	}

	@Test
	void valuesOfHeadersAreComparedAsTheyAre() {
		String value = "a\"b\\c,{\"x\":\"y\"} \u00e9 \ud83d\ude00 'or 1=1";
		JobId id = enqueue(DRAFT.headers(Map.of("odd", value)));
		assertThat(find(JobFilter.all().header("odd", value))).containsExactly(id);
		assertThat(find(JobFilter.all().header("x", "y"))).isEmpty();
		assertThat(find(JobFilter.all().header("odd", "a"))).isEmpty();
	}

	@Test
	void jobsAreFoundByDueTime() {
		enqueue(DRAFT);
		JobId soon = enqueue(DRAFT.delay(Duration.ofHours(1)));
		JobId later = enqueue(DRAFT.delay(Duration.ofHours(3)));
		Instant middle = find(soon).runAt().plus(Duration.ofHours(1));
		assertThat(find(JobFilter.in(JobState.SCHEDULED).due(null, middle))).containsExactly(soon);
		assertThat(find(JobFilter.all().due(middle, null))).containsExactly(later);
		assertThat(find(JobFilter.all().due(find(soon).runAt(), find(later).runAt()))).containsExactly(soon);
	}

	@Test
	void jobsAreFoundByTheTimeOfTheirEnd() {
		JobId first = enqueue(DRAFT);
		settle(failed(claimOne()));
		this.fixture.advance(Duration.ofHours(1));
		JobId second = enqueue(DRAFT);
		settle(succeeded(claimOne()));
		enqueue(DRAFT);
		Instant firstEnd = ended(first);
		Instant secondEnd = ended(second);
		assertThat(find(JobFilter.all().finished(firstEnd, null))).containsExactly(second, first);
		assertThat(find(JobFilter.all().finished(firstEnd, secondEnd))).containsExactly(first);
		assertThat(find(JobFilter.in(JobState.SUCCEEDED).finished(null, secondEnd))).isEmpty();
		assertThat(find(JobFilter.in(JobState.AVAILABLE).finished(firstEnd, null))).isEmpty();
	}

	@Test
	void rangeMustNotEndBeforeItBegins() {
		Instant now = this.fixture.now();
		assertThatIllegalArgumentException().isThrownBy(() -> JobFilter.all().created(now, now.minusMillis(1)));
	}

	@Test
	void pagesTellWhereToGoOn() {
		List<JobId> ids = new ArrayList<>(enqueue(5, DRAFT));
		List<JobId> others = new ArrayList<>(enqueue(5, DRAFT.queue("other").delay(Duration.ofHours(1))));
		ids.addAll(others);
		ids.addAll(enqueue(5, DRAFT));
		settle(claim(3).stream().map(StoreContract::succeeded).toArray(Outcome[]::new));
		claim(2);
		ids.sort(Collections.reverseOrder());
		others.sort(Collections.reverseOrder());
		assertThat(pages(JobFilter.all(), 4)).isEqualTo(ids);
		assertThat(pages(JobFilter.all(), 1)).isEqualTo(ids);
		assertThat(pages(JobFilter.all().queue("other"), 2)).isEqualTo(others);
		JobPage whole = page(JobFilter.all(), null, 100);
		assertThat(whole.isLast()).isTrue();
		assertThat(whole.jobs()).hasSize(15);
	}

	@Test
	void dueJobIsAvailableAlthoughNobodyHasClaimed() {
		JobId id = enqueue(DRAFT.delay(Duration.ofMinutes(1)));
		assertThat(find(JobFilter.in(JobState.AVAILABLE))).isEmpty();
		this.fixture.advance(Duration.ofMinutes(2));
		assertThat(find(JobFilter.in(JobState.AVAILABLE))).containsExactly(id);
		assertThat(find(JobFilter.in(JobState.SCHEDULED))).isEmpty();
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void jobsAreCountedUpToALimit() {
		enqueue(10, DRAFT);
		enqueue(5, DRAFT.handler("mail.send"));
		settle(failed(claimOne()));
		claimOne();
		JobAdmin admin = this.store.admin();
		assertThat(admin.count(JobFilter.all(), 100)).isEqualTo(new JobCount(15, true));
		assertThat(admin.count(JobFilter.all(), 15)).isEqualTo(new JobCount(15, true));
		assertThat(admin.count(JobFilter.all(), 14)).isEqualTo(new JobCount(14, false)).hasToString("14+");
		assertThat(admin.count(JobFilter.all().handler("mail.send"), 100)).isEqualTo(new JobCount(5, true));
		assertThat(admin.count(JobFilter.all().handler("mail.send"), 3)).isEqualTo(new JobCount(3, false));
		assertThat(admin.count(JobFilter.in(JobState.FAILED, JobState.RUNNING).queue(QUEUE), 100))
			.isEqualTo(new JobCount(2, true));
		assertThat(admin.count(JobFilter.all().queue("none"), 100)).isEqualTo(new JobCount(0, true));
		assertThatIllegalArgumentException().isThrownBy(() -> admin.count(JobFilter.all(), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> admin.count(JobFilter.all(), JobAdmin.MAX_COUNT + 1));
	}

	@Test
	void searchesEndSoonWithManyJobs() {
		JobId tiny = enqueue(DRAFT.queue("tiny"));
		JobId rare = enqueue(DRAFT.handler("rare"));
		JobId later = enqueue(DRAFT.delay(Duration.ofHours(1)));
		JobId running = enqueue(DRAFT.priority(9));
		claimOne();
		for (int left = MANY; left > 0; left -= 1000) {
			enqueue(1000, DRAFT);
		}
		// A page may end before it has found what is rare, but no page is wrong.
		assertThat(pages(JobFilter.all().handler("rare"), 10)).containsExactly(rare);
		assertThat(this.store.admin().find(JobFilter.all().handler("rare"), null, 10)).extracting(JobRecord::id)
			.containsExactly(rare);
		assertThat(this.store.admin().count(JobFilter.all().handler("rare"), 10)).satisfies((count) -> {
			assertThat(count.jobs()).isEqualTo(count.isExact() ? 1 : 0);
		});
		// What an index can tell is on the first page.
		assertThat(page(JobFilter.all().queue("tiny"), null, 10).jobs()).extracting(JobRecord::id)
			.containsExactly(tiny);
		assertThat(page(JobFilter.in(JobState.SCHEDULED), null, 10).jobs()).extracting(JobRecord::id)
			.containsExactly(later);
		assertThat(page(JobFilter.in(JobState.RUNNING), null, 10).jobs()).extracting(JobRecord::id)
			.containsExactly(running);
		assertThat(page(JobFilter.in(JobState.FAILED), null, 10).isLast()).isTrue();
		assertThat(page(JobFilter.in(JobState.AVAILABLE).queue(QUEUE), null, 10).jobs()).hasSize(10);
		assertThat(this.store.admin().count(JobFilter.in(JobState.AVAILABLE), JobAdmin.MAX_COUNT))
			.isEqualTo(new JobCount(JobAdmin.MAX_COUNT, false));
		assertThat(this.store.admin().count(JobFilter.in(JobState.SCHEDULED), 10)).isEqualTo(new JobCount(1, true));
	}

	private Instant ended(JobId id) {
		Instant end = find(id).finishedAt();
		if (end == null) {
			throw new AssertionError("Job " + id + " has no end");
		}
		return end;
	}

	private JobPage page(JobFilter filter, @Nullable JobId before, int limit) {
		return this.store.admin().page(filter, before, limit);
	}

	private List<JobId> find(JobFilter filter) {
		List<JobId> found = this.store.admin().find(filter, null, 10).stream().map(JobRecord::id).toList();
		assertThat(this.store.admin().count(filter, 10)).isEqualTo(new JobCount(found.size(), true));
		return found;
	}

	private List<JobId> pages(JobFilter filter, int limit) {
		List<JobId> found = new ArrayList<>();
		JobId before = null;
		do {
			JobPage page = page(filter, before, limit);
			assertThat(page.jobs()).hasSizeLessThanOrEqualTo(limit);
			page.jobs().forEach((job) -> found.add(job.id()));
			assertThat(page.next()).isNotEqualTo((before != null) ? before : JobId.of(Long.MAX_VALUE));
			before = page.next();
		}
		while (before != null);
		return found;
	}

}
