package io.jobqueue.worker;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.lifecycle.SerialLifecycle;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.metrics.SafeJobMetrics;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;

/**
 * The worker of this node: takes jobs from the store and runs their handlers, between
 * {@link #start()} and {@link #stop()}. It can be started again. It starts even if the
 * store does not answer, and begins to work when it does. Thread-safe.
 *
 * @since 0.1.0
 */
public final class JobWorker extends SerialLifecycle {

	/**
	 * The phase of the lifecycle: workers start after and stop before web servers and
	 * connection factories.
	 */
	public static final int PHASE = DEFAULT_PHASE - 512;

	private final JobStore store;

	private final JobHandlerRegistry handlers;

	private final JobSerializer serializer;

	private final Supplier<WorkerOptions> options;

	private final Executor threads;

	private final JobEvents events;

	private final List<JobInterceptor> interceptors;

	private final JobMetrics metrics;

	private final Clock clock;

	private volatile @Nullable WorkerRun run;

	/**
	 * Create a worker.
	 * @param store where jobs are kept
	 * @param handlers the handlers of this application
	 * @param serializer reads arguments and writes results
	 * @param options the settings
	 * @param threads where jobs run; has to give a thread to each of as many runners as
	 * the pools' concurrencies add up to
	 * @param events whom to tell what happened
	 * @param clock for what is shown to people only; what is due is decided by the
	 * store's clock
	 * @param autoStartup whether to start with the application
	 */
	public JobWorker(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer, WorkerOptions options,
			Executor threads, JobEvents events, Clock clock, boolean autoStartup) {
		this(store, handlers, serializer, () -> options, threads, events, clock, autoStartup);
	}

	/**
	 * Create a worker with settings that depend on the handlers.
	 * @param store where jobs are kept
	 * @param handlers the handlers of this application
	 * @param serializer reads arguments and writes results
	 * @param options supplies the settings; asked at each start, when all handlers have
	 * been added
	 * @param threads where jobs run; has to give a thread to each of as many runners as
	 * the pools' concurrencies add up to
	 * @param events whom to tell what happened
	 * @param clock for what is shown to people only; what is due is decided by the
	 * store's clock
	 * @param autoStartup whether to start with the application
	 */
	public JobWorker(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer,
			Supplier<WorkerOptions> options, Executor threads, JobEvents events, Clock clock, boolean autoStartup) {
		this(store, handlers, serializer, options, threads, events, List.of(), JobMetrics.NONE, clock, autoStartup);
	}

	/**
	 * Create a worker with interceptors and metrics.
	 * @param store where jobs are kept
	 * @param handlers the handlers of this application
	 * @param serializer reads arguments and writes results
	 * @param options supplies the settings; asked at each start, when all handlers have
	 * been added
	 * @param threads where jobs run; has to give a thread to each of as many runners as
	 * the pools' concurrencies add up to. The log shows it as its {@code toString()}
	 * @param events whom to tell what happened
	 * @param interceptors what to put around attempts, the outermost first
	 * @param metrics what is to be measured
	 * @param clock for what is shown to people only; what is due is decided by the
	 * store's clock
	 * @param autoStartup whether to start with the application
	 */
	public JobWorker(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer,
			Supplier<WorkerOptions> options, Executor threads, JobEvents events, List<JobInterceptor> interceptors,
			JobMetrics metrics, Clock clock, boolean autoStartup) {
		super("job-queue-stop", autoStartup);
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(threads, "'threads' must not be null");
		Assert.notNull(metrics, "'metrics' must not be null");
		this.store = store;
		this.handlers = handlers;
		this.serializer = serializer;
		this.options = options;
		this.threads = threads;
		this.events = events;
		this.interceptors = List.copyOf(interceptors);
		this.metrics = SafeJobMetrics.of(metrics);
		this.clock = clock;
	}

	@Override
	protected void begin() {
		WorkerRun started = new WorkerRun(this.store, this.handlers, this.serializer, this.options.get(), this.threads,
				this.events, this.interceptors, this.metrics, this.clock);
		this.run = started;
		started.start();
	}

	@Override
	protected void end() {
		WorkerRun stopped = this.run;
		this.run = null;
		if (stopped != null) {
			stopped.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Return how the pools of this worker are doing.
	 * @return a status for each pool; empty if the worker is not running
	 */
	public List<PoolStatus> pools() {
		WorkerRun current = this.run;
		return (current != null) ? current.pools() : List.of();
	}

	/**
	 * Return how the worker is doing.
	 * @return the status; {@code null} if it is not running
	 */
	public @Nullable WorkerStatus status() {
		WorkerRun current = this.run;
		return (current != null) ? current.status() : null;
	}

}
