package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.DelayList;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.worker.EphemeralRun.Arrival;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EphemeralRun}: the delays between attempts, on one thread and without
 * waiting for them.
 */
class EphemeralRetryTests {

	private final Delays delays = new Delays();

	private final List<Integer> attempts = new ArrayList<>();

	@AfterEach
	void stop() {
		this.delays.shutdownNow();
	}

	@Test
	void retriesFollowTheDelaysOfTheJobExactly() {
		JobHandlerRegistry handlers = new JobHandlerRegistry();
		handlers.register(JobHandler.of("fail", List.of(), (arguments, job) -> {
			this.attempts.add(job.attempt());
			throw new IllegalStateException("No luck");
		}));
		EphemeralRoom room = new EphemeralRoom(EphemeralOptions.DEFAULT);
		EphemeralRun run = new EphemeralRun(EphemeralOptions.DEFAULT, room, handlers,
				new JobProcessor(new JacksonJobSerializer(new JsonMapper()), Backoff.DEFAULT, null, List.of()),
				new JobEvents(List.of()), JobMetrics.NONE, Clock.systemUTC(), Runnable::run, this.delays);
		room.enter(1);
		run.begin();
		String backoff = DelayList.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(5)).format();
		run.add(List.of(new Arrival(new ClaimedJob(JobId.ephemeral(1), 0, "fail", EphemeralWorker.QUEUE, 0, 0, 5, 0,
				"[]", Map.of(), Instant.EPOCH, Instant.EPOCH, null, backoff), Duration.ZERO)));
		while (room.held() > 0) {
			this.delays.pass();
		}
		assertThat(this.attempts).containsExactly(1, 2, 3, 4, 5);
		assertThat(this.delays.millis).containsExactly(1000L, 10_000L, 300_000L, 300_000L);
	}

	/**
	 * Keeps what is scheduled, until the test lets its time pass.
	 */
	private static final class Delays extends ScheduledThreadPoolExecutor {

		private final List<Long> millis = new ArrayList<>();

		private final List<Runnable> tasks = new ArrayList<>();

		Delays() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
			this.millis.add(unit.toMillis(delay));
			this.tasks.add(task);
			return super.schedule(() -> {
			}, 1, TimeUnit.DAYS);
		}

		void pass() {
			this.tasks.remove(0).run();
		}

	}

}
