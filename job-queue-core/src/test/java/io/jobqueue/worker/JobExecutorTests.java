package io.jobqueue.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.retry.Backoff;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.worker.JobProcessor.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

class JobExecutorTests {

	private static final String QUEUE = "default";

	private final JobBuffer buffer = new JobBuffer(PoolOptions.of(1, QUEUE), System::nanoTime);

	private final JobExecution execution = execution();

	private final Map<String, String> seen = new HashMap<>();

	private final List<JobExecution> runs = new ArrayList<>();

	private final List<JobExecution> begun = new ArrayList<>();

	private final List<Outcome.Kind> outcomes = new ArrayList<>();

	private final ScheduledThreadPoolExecutor clockwork = new ScheduledThreadPoolExecutor(1);

	@AfterEach
	void stop() {
		this.clockwork.shutdownNow();
		MDC.clear();
	}

	@Test
	void jobRuns() {
		execute(() -> {
		});
		assertThat(this.begun).containsExactly(this.execution);
		assertThat(this.runs).containsExactly(this.execution);
		assertThat(this.outcomes).containsExactly(Outcome.Kind.SUCCEEDED);
	}

	@Test
	void jobDoesNotBeginOnANodeThatFindsItselfLapsed() {
		execute(() -> this.execution.stop(StopReason.LAPSE));
		assertThat(this.begun).isEmpty();
		assertThat(this.runs).isEmpty();
		assertThat(this.outcomes).containsExactly(Outcome.Kind.RELEASED);
	}

	@Test
	void logOfAHandlerShowsItsJob() {
		execute(() -> {
		});
		assertThat(this.seen)
			.isEqualTo(Map.of("jobId", "1", "jobName", "some.handler", "queue", QUEUE, "attempt", "1"));
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void logAfterAHandlerShowsWhatItShowedBefore() {
		MDC.put("queue", "mine");
		MDC.put("tenant", "7");
		execute(() -> {
		});
		assertThat(this.seen).containsEntry("queue", QUEUE).containsEntry("tenant", "7");
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("queue", "mine", "tenant", "7"));
	}

	private void execute(Runnable lapseCheck) {
		JobHandlerRegistry handlers = new JobHandlerRegistry();
		handlers.register(JobHandler.of("some.handler", List.of(), (arguments, context) -> {
			this.runs.add((JobExecution) context);
			this.seen.putAll(MDC.getCopyOfContextMap());
			MDC.put("forgotten", "by the handler");
			return null;
		}));
		JobProcessor processor = new JobProcessor(new JacksonJobSerializer(new JsonMapper()), Backoff.DEFAULT, null,
				List.of());
		new JobExecutor(this.buffer, Runnable::run, handlers, processor, new TimeoutWatch(this.clockwork), lapseCheck,
				new Recorder())
			.execute(List.of(this.execution));
	}

	private JobExecution execution() {
		ClaimedJob job = new ClaimedJob(JobId.of(1), 1, "some.handler", QUEUE, 0, 0, 1, 0, "[]", Map.of(),
				Instant.EPOCH, Instant.EPOCH, null, null);
		return new JobExecution(job, this.buffer.lane(QUEUE), System.nanoTime());
	}

	/**
	 * Keeps what is reported.
	 */
	private final class Recorder implements JobExecutor.Reporter {

		@Override
		public void begun(JobExecution execution) {
			JobExecutorTests.this.begun.add(execution);
		}

		@Override
		public void ended(JobExecution execution, Attempt attempt) {
			JobExecutorTests.this.outcomes.add(attempt.outcome().kind());
		}

		@Override
		public void slotFreed() {
		}

	}

}
