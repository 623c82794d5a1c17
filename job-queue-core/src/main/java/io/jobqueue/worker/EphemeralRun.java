package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.worker.JobProcessor.Attempt;

/**
 * The ephemeral jobs of this node from a start to a stop: run by the same executor as the
 * jobs of a store, except that this class is told how they end.
 * <p>
 * A job is at any time in one place: in the buffer, in the set of those that wait for
 * their delay, or with its thread. Whoever takes it out of there sees to what becomes of
 * it, so that it leaves the room once. Thread-safe.
 */
final class EphemeralRun implements JobExecutor.Reporter {

	private static final Log logger = LogFactory.getLog(EphemeralRun.class);

	private static final Duration RUNNER_CHECK = Duration.ofMillis(500);

	/** What interrupted handlers get to end. */
	private static final Duration INTERRUPT_GRACE = Duration.ofMillis(300);

	private final EphemeralRoom room;

	private final JobEvents events;

	private final JobMetrics metrics;

	private final Clock clock;

	private final ScheduledExecutorService clockwork;

	private final JobBuffer buffer;

	private final JobExecutor executor;

	private final Set<JobExecution> executions = ConcurrentHashMap.newKeySet();

	private final Set<Delayed> delayed = ConcurrentHashMap.newKeySet();

	private final AtomicLong lost = new AtomicLong();

	// Guarded by itself, as is the next field.
	private final List<Arrival> early = new ArrayList<>();

	private boolean hasBegun;

	/** Until when jobs may begin, by {@link System#nanoTime()}; {@code null} for ever. */
	private volatile @Nullable Long end;

	private volatile boolean isOver;

	EphemeralRun(EphemeralOptions options, EphemeralRoom room, JobHandlerRegistry handlers, JobProcessor processor,
			JobEvents events, JobMetrics metrics, Clock clock, Executor threads, ScheduledExecutorService clockwork) {
		this.room = room;
		this.events = events;
		this.metrics = metrics;
		this.clock = clock;
		this.clockwork = clockwork;
		this.buffer = new JobBuffer(PoolOptions.of(options.concurrency(), EphemeralWorker.QUEUE), System::nanoTime);
		this.executor = new JobExecutor(this.buffer, threads, handlers, processor, new TimeoutWatch(clockwork), () -> {
		}, this);
	}

	/**
	 * Begin to run jobs, also those that came early.
	 */
	void begin() {
		this.events.start();
		List<Arrival> waiting;
		synchronized (this.early) {
			this.hasBegun = true;
			waiting = List.copyOf(this.early);
			this.early.clear();
		}
		add(waiting);
		this.clockwork.scheduleWithFixedDelay(() -> Failures.quietly(this.executor::ensureRunner),
				RUNNER_CHECK.toMillis(), RUNNER_CHECK.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Add jobs that are in the room.
	 */
	void add(List<Arrival> arrivals) {
		synchronized (this.early) {
			if (!this.hasBegun) {
				this.early.addAll(arrivals);
				return;
			}
		}
		List<ClaimedJob> due = new ArrayList<>(arrivals.size());
		for (Arrival arrival : arrivals) {
			if (arrival.delay().isZero()) {
				due.add(arrival.job());
			}
			else {
				delay(arrival);
			}
		}
		execute(due);
	}

	private void execute(List<ClaimedJob> jobs) {
		if (jobs.isEmpty()) {
			return;
		}
		long now = System.nanoTime();
		QueueLane lane = this.buffer.lane(EphemeralWorker.QUEUE);
		List<JobExecution> added = jobs.stream().map((job) -> new JobExecution(job, lane, now)).toList();
		this.executions.addAll(added);
		this.executor.execute(added);
		if (this.isOver) {
			loseWaiting();
		}
	}

	private void delay(Arrival arrival) {
		Delayed waiting = new Delayed(arrival.job(), System.nanoTime() + arrival.delay().toNanos());
		this.delayed.add(waiting);
		try {
			waiting.future = this.clockwork.schedule(() -> due(waiting), arrival.delay().toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			lose(waiting);
			return;
		}
		if (isTooLate(waiting)) {
			lose(waiting);
		}
	}

	private void due(Delayed waiting) {
		if (this.delayed.remove(waiting)) {
			execute(List.of(waiting.job));
		}
	}

	private boolean isTooLate(Delayed waiting) {
		Long latest = this.end;
		return latest != null && waiting.dueAt - latest > 0;
	}

	@Override
	public void ended(JobExecution execution, Attempt attempt) {
		if (!execution.settle()) {
			return;
		}
		this.executions.remove(execution);
		Outcome outcome = attempt.outcome();
		switch (outcome.kind()) {
			case RETRY, SNOOZED -> {
				tell(outcome, attempt.failure());
				again(outcome);
			}
			case RELEASED -> lost(execution.job());
			default -> {
				tell(outcome, attempt.failure());
				this.room.leave(1);
			}
		}
	}

	private void again(Outcome outcome) {
		Duration delay = (outcome.delay() != null) ? outcome.delay() : Duration.ZERO;
		ClaimedJob job = outcome.job();
		int attempts = (outcome.kind() == Outcome.Kind.RETRY) ? job.attempts() + 1 : job.attempts();
		add(List.of(new Arrival(new ClaimedJob(job.id(), job.lease(), job.handler(), job.queue(), job.priority(),
				attempts, job.maxAttempts(), job.abandonments(), job.arguments(), job.headers(), job.createdAt(),
				this.clock.instant().plus(delay), job.timeout(), job.backoff()), delay)));
	}

	private void tell(Outcome outcome, @Nullable Throwable failure) {
		NodeRuntime.tell(this.metrics, this.events, NodeRuntime.type(outcome.kind()), outcome, failure);
	}

	@Override
	public void begun(JobExecution execution) {
		NodeRuntime.started(this.metrics, this.clock, execution);
	}

	@Override
	public void slotFreed() {
	}

	/**
	 * Let the jobs end, and then end those that have not.
	 * @param nanos how long they get; retries that would come later are lost at once
	 */
	void end(long nanos) {
		this.end = System.nanoTime() + nanos;
		this.delayed.stream().filter(this::isTooLate).forEach(this::lose);
		boolean isInterrupted = false;
		try {
			this.room.close(nanos, (int) this.executions.stream().filter(JobExecution::isEndingProcess).count());
		}
		catch (InterruptedException ex) {
			isInterrupted = true;
		}
		loseWaiting();
		this.executions.forEach((execution) -> execution.stop(StopReason.SHUTDOWN));
		try {
			this.buffer.awaitRunning(0, INTERRUPT_GRACE.toNanos());
		}
		catch (InterruptedException ex) {
			isInterrupted = true;
		}
		endNow();
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void endNow() {
		this.isOver = true;
		this.clockwork.shutdownNow();
		loseWaiting();
		this.delayed.forEach(this::lose);
		this.executions.forEach((execution) -> {
			logger.error(execution + " does not react to the interrupt; its thread goes on");
			lose(execution);
		});
		if (this.lost.get() > 0) {
			logger.warn(this.lost.get() + " ephemeral jobs are lost: this node stopped before they had ended");
		}
		this.events.stop();
	}

	private void loseWaiting() {
		this.buffer.close().forEach(this::lose);
	}

	private void lose(JobExecution execution) {
		if (execution.giveUp() && execution.settle()) {
			this.executions.remove(execution);
			lost(execution.job());
		}
	}

	private void lose(Delayed waiting) {
		if (this.delayed.remove(waiting)) {
			Future<?> pending = waiting.future;
			if (pending != null) {
				pending.cancel(false);
			}
			lost(waiting.job);
		}
	}

	private void lost(ClaimedJob job) {
		this.lost.incrementAndGet();
		tell(Outcome.released(job), null);
		this.room.leave(1);
	}

	int running() {
		return this.buffer.running();
	}

	long lost() {
		return this.lost.get();
	}

	/**
	 * A job that is in the room.
	 *
	 * @param job the job
	 * @param delay how long it is to wait, zero for not at all
	 */
	record Arrival(ClaimedJob job, Duration delay) {
	}

	/**
	 * A job that waits for its delay.
	 */
	private static final class Delayed {

		private final ClaimedJob job;

		private final long dueAt;

		private volatile @Nullable Future<?> future;

		Delayed(ClaimedJob job, long dueAt) {
			this.job = job;
			this.dueAt = dueAt;
		}

	}

}
