package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.util.Assert;

import io.jobqueue.JobId;
import io.jobqueue.JobNames;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.lifecycle.SerialLifecycle;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.metrics.SafeJobMetrics;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.internal.AfterCommit;
import io.jobqueue.worker.EphemeralRun.Arrival;

/**
 * Runs ephemeral jobs: those that no store knows. They are handled like others, by the
 * same handlers, with retries, timeouts and events, but they are kept in the memory of
 * this node, and lost if it does not stop in peace.
 * <p>
 * Jobs that are enqueued before the start run when it comes. A stop lets all of them end
 * first, as long as the timeout allows, also those that they enqueue meanwhile; it comes
 * after that of {@link JobWorker} and of web servers, which may enqueue until then. It
 * can be started again. Thread-safe.
 *
 * @since 0.1.0
 */
public final class EphemeralWorker extends SerialLifecycle {

	/**
	 * What ephemeral jobs have in place of a queue, in contexts, events and metrics.
	 */
	public static final String QUEUE = JobNames.EPHEMERAL_QUEUE;

	/**
	 * The phase of the lifecycle: starts before and stops after workers and web servers,
	 * but not connection factories.
	 */
	public static final int PHASE = DEFAULT_PHASE - 4096;

	private final JobHandlerRegistry handlers;

	private final JobProcessor processor;

	private final EphemeralOptions options;

	private final Executor threads;

	private final JobEvents events;

	private final JobMetrics metrics;

	private final Clock clock;

	private final EphemeralRoom room;

	private final AtomicLong lastId = new AtomicLong();

	private final AtomicLong lostBefore = new AtomicLong();

	private volatile EphemeralRun run;

	private volatile boolean isRunning;

	/**
	 * Create a worker.
	 * @param handlers the handlers of this application
	 * @param serializer reads arguments and writes results
	 * @param options the settings
	 * @param retryPolicy the delays between attempts, for handlers and jobs that have
	 * none of their own
	 * @param threads where jobs run; has to give a thread to each of as many runners as
	 * may run at once
	 * @param events whom to tell what happened
	 * @param interceptors what to put around attempts, the outermost first
	 * @param metrics what is to be measured
	 * @param clock tells the times that a job carries
	 * @param autoStartup whether to start with the application
	 */
	public EphemeralWorker(JobHandlerRegistry handlers, JobSerializer serializer, EphemeralOptions options,
			RetryPolicy retryPolicy, Executor threads, JobEvents events, List<JobInterceptor> interceptors,
			JobMetrics metrics, Clock clock, boolean autoStartup) {
		super("job-queue-ephemeral-stop", autoStartup);
		Assert.notNull(handlers, "'handlers' must not be null");
		Assert.notNull(options, "'options' must not be null");
		Assert.notNull(threads, "'threads' must not be null");
		this.handlers = handlers;
		// Transactional handlers open their own transactions: there is no completion to
		// be committed with them.
		this.processor = new JobProcessor(serializer, retryPolicy, null, interceptors);
		this.options = options;
		this.threads = threads;
		this.events = events;
		this.metrics = SafeJobMetrics.of(metrics);
		this.clock = clock;
		this.room = new EphemeralRoom(options);
		this.run = newRun();
	}

	private EphemeralRun newRun() {
		ScheduledThreadPoolExecutor clockwork = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "job-queue-ephemeral");
			thread.setDaemon(true);
			return thread;
		});
		clockwork.setRemoveOnCancelPolicy(true);
		return new EphemeralRun(this.options, this.room, this.handlers, this.processor, this.events, this.metrics,
				this.clock, this.threads, clockwork);
	}

	/**
	 * Accept jobs. They are in the room at once, and begin after the commit of the
	 * caller's transaction, if there is one; if it is rolled back, they never begin.
	 * @param jobs the jobs; their queues and instants do not count
	 * @return their ids, in the same order
	 * @throws io.jobqueue.JobRejectedException if there is no room for all of them,
	 * unless they are to be dropped, or if this worker has been stopped
	 */
	public List<JobId> enqueue(List<NewJob> jobs) {
		int accepted = this.room.enter(jobs.size());
		Instant now = this.clock.instant();
		List<JobId> ids = new ArrayList<>(jobs.size());
		List<Arrival> arrivals = new ArrayList<>(accepted);
		for (NewJob job : jobs) {
			JobId id = JobId.ephemeral(this.lastId.incrementAndGet());
			ids.add(id);
			if (arrivals.size() < accepted) {
				arrivals.add(arrival(id, job, now));
			}
		}
		if (AfterCommit.isInTransaction()) {
			EphemeralCommit.await(this, arrivals);
		}
		else {
			begin(arrivals);
		}
		return ids;
	}

	private static Arrival arrival(JobId id, NewJob job, Instant now) {
		Duration delay = Objects.requireNonNullElse(job.delay(), Duration.ZERO);
		return new Arrival(new ClaimedJob(id, 0, job.handler(), QUEUE, job.priority(), 0, job.maxAttempts(), 0,
				job.arguments(), job.headers(), now, now.plus(delay), job.timeout(), job.backoff()), delay);
	}

	void begin(List<Arrival> arrivals) {
		this.run.add(arrivals);
	}

	void forget(int jobs) {
		this.room.leave(jobs);
	}

	@Override
	protected void begin() {
		this.isRunning = true;
		this.run.begin();
		this.room.open();
	}

	@Override
	protected void end() {
		EphemeralRun ending = this.run;
		ending.end(this.options.shutdownTimeout().toNanos());
		this.lostBefore.addAndGet(ending.lost());
		this.run = newRun();
		this.isRunning = false;
	}

	@Override
	public boolean isRunning() {
		return this.isRunning;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Return how the ephemeral jobs are doing.
	 * @return the status
	 */
	public EphemeralStatus status() {
		EphemeralRun current = this.run;
		int running = current.running();
		return new EphemeralStatus(running, Math.max(this.room.held() - running, 0), this.room.dropped(),
				this.lostBefore.get() + current.lost());
	}

}
