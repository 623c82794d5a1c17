package io.jobqueue.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JobBuffer}.
 */
class JobBufferTests {

	private static final String QUEUE = "default";

	private long now = TimeUnit.HOURS.toNanos(1);

	private final JobBuffer buffer = new JobBuffer(PoolOptions.of(1, QUEUE), () -> this.now);

	@Test
	void suspectIsAskedForAlthoughAllThreadsAreBusyAndJobsWait() {
		Claim claim = planUnderBacklog();
		assertThat(claim.isEmpty()).isFalse();
		assertThat(claim.suspects()).isTrue();
	}

	@Test
	void suspectGetsTheNextThread() {
		this.buffer.add(List.of(execution(1, 0), execution(2, 0)));
		JobExecution first = this.buffer.next(null).execution();
		this.buffer.add(List.of(execution(3, 1)));
		assertThat(this.buffer.next(first).execution()).extracting(JobExecution::id).isEqualTo(JobId.of(3));
	}

	@Test
	void arrivalOfTheSamePriorityIsNotAskedForWithoutRoom() {
		fill(this.buffer, 5, 0);
		assertThat(overtaking(this.buffer, 0).isEmpty()).isTrue();
		assertThat(overtaking(this.buffer, -1).isEmpty()).isTrue();
	}

	@Test
	void arrivalIsAskedForAsFarAsItGoesBeforeWhatIsStartedNext() {
		JobBuffer wide = new JobBuffer(new PoolOptions("wide", List.of(QueueShare.of(QUEUE)), false, 3, 0),
				() -> this.now);
		fill(wide, 3, 0);
		wide.next(null);
		wide.next(null);
		wide.add(jobs(wide, 4, 9, 0));
		wide.add(jobs(wide, 20, 1, 5));
		assertThat(overtaking(wide, 0).isEmpty()).isTrue();
		assertThat(overtaking(wide, 3).queues()).containsExactly(new Claim.Room(QUEUE, 2, 0));
		assertThat(overtaking(wide, 7).queues()).containsExactly(new Claim.Room(QUEUE, 3, 0));
	}

	@Test
	void onlyStillHigherArrivalsAreAskedForOnceEnoughHaveOvertaken() {
		fill(this.buffer, 5, 0);
		assertThat(overtaking(this.buffer, 2).queues()).containsExactly(new Claim.Room(QUEUE, 1, 0));
		this.buffer.add(jobs(this.buffer, 10, 1, 2));
		assertThat(overtaking(this.buffer, 2).isEmpty()).isTrue();
		assertThat(overtaking(this.buffer, 3).queues()).containsExactly(new Claim.Room(QUEUE, 1, 2));
	}

	@Test
	void arrivalInAStricterQueueIsAskedForWhateverItsPriority() {
		JobBuffer strict = new JobBuffer(PoolOptions.of(1, "high", QUEUE), () -> this.now);
		fill(strict, 5, 0);
		assertThat(strict.planOvertaking(Set.of(), Map.of("high", -5)).queues())
			.containsExactly(new Claim.Room("high", 1));
	}

	@Test
	void arrivalIsNotAskedForApartWhileThereIsRoom() {
		assertThat(overtaking(this.buffer, 100).isEmpty()).isTrue();
		assertThat(this.buffer.plan(true, Set.of(), Set.of(QUEUE)).queues()).containsExactly(new Claim.Room(QUEUE, 1));
	}

	private static Claim overtaking(JobBuffer buffer, int priority) {
		return buffer.planOvertaking(Set.of(), Map.of(QUEUE, priority));
	}

	private void fill(JobBuffer filled, int count, int priority) {
		filled.add(jobs(filled, 1, count, priority));
		assertThat(filled.next(null).execution()).isNotNull();
	}

	private List<JobExecution> jobs(JobBuffer target, int first, int count, int priority) {
		return IntStream.range(first, first + count)
			.mapToObj((id) -> new JobExecution(new ClaimedJob(JobId.of(id), 1, "some.handler", QUEUE, priority, 0, 1, 0,
					"[]", Map.of(), Instant.EPOCH, Instant.EPOCH, null, null), target.lane(QUEUE), this.now))
			.toList();
	}

	@Test
	void weightsHoldHoweverSlowTheJobsAre() {
		JobBuffer weighted = new JobBuffer(new PoolOptions("weighted",
				List.of(new QueueShare("a", 6, 1), new QueueShare("b", 3, 1), new QueueShare("c", 1, 1)), true, 1, 0),
				() -> this.now);
		List<String> asked = new ArrayList<>();
		JobExecution last = null;
		for (int i = 1; i <= 100; i++) {
			// None is ever empty.
			Claim claim = weighted.plan(false, Set.of(), Set.of("a", "b", "c"));
			assertThat(claim.queues()).hasSize(1);
			String queue = claim.queues().get(0).queue();
			asked.add(queue);
			weighted.add(List.of(new JobExecution(job(i, 0), weighted.lane(queue), this.now)));
			last = weighted.next(last).execution();
			this.now += TimeUnit.HOURS.toNanos(1);
			assertThat(weighted.next(last).execution()).isNull();
			last = null;
		}
		assertThat(asked).filteredOn("a"::equals).hasSize(60);
		assertThat(asked).filteredOn("b"::equals).hasSize(30);
		assertThat(asked).filteredOn("c"::equals).hasSize(10);
	}

	/**
	 * Let many quick jobs pass, so that more are taken in advance than there are threads.
	 */
	private Claim planUnderBacklog() {
		JobExecution last = null;
		for (int i = 1; i <= 500; i++) {
			this.buffer.add(List.of(execution(i, 0)));
			last = this.buffer.next(last).execution();
			this.now += TimeUnit.MILLISECONDS.toNanos(1);
			this.buffer.plan(true, Set.of(), Set.of(QUEUE));
		}
		this.buffer.add(List.of(execution(501, 0)));
		assertThat(this.buffer.running()).isOne();
		assertThat(this.buffer.waiting()).isOne();
		return this.buffer.plan(true, Set.of(), Set.of(QUEUE));
	}

	private JobExecution execution(long id, int abandonments) {
		return new JobExecution(job(id, abandonments), this.buffer.lane(QUEUE), this.now);
	}

	private static ClaimedJob job(long id, int abandonments) {
		return new ClaimedJob(JobId.of(id), 1, "some.handler", QUEUE, 0, 0, 1, abandonments, "[]", Map.of(),
				Instant.EPOCH, Instant.EPOCH, null, null);
	}

}
