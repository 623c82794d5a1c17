package io.jobqueue.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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

	/**
	 * Let many quick jobs pass, so that more are taken in advance than there are threads.
	 */
	private Claim planUnderBacklog() {
		JobExecution last = null;
		for (int i = 1; i <= 500; i++) {
			this.buffer.add(List.of(execution(i, 0)));
			last = this.buffer.next(last).execution();
			this.now += TimeUnit.MILLISECONDS.toNanos(1);
			this.buffer.plan(true, Set.of());
		}
		this.buffer.add(List.of(execution(501, 0)));
		assertThat(this.buffer.running()).isOne();
		assertThat(this.buffer.waiting()).isOne();
		return this.buffer.plan(true, Set.of());
	}

	private JobExecution execution(long id, int abandonments) {
		ClaimedJob job = new ClaimedJob(JobId.of(id), 1, "some.handler", QUEUE, 0, 0, 1, abandonments, "[]", Map.of(),
				Instant.EPOCH, Instant.EPOCH, null, null);
		return new JobExecution(job, this.buffer.lane(QUEUE), this.now);
	}

}
