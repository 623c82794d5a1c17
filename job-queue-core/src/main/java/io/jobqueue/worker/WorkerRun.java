package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.TransactionalSettlement;
import io.jobqueue.store.WakeUps;

/**
 * One life of a worker, from its start to its stop. The order in which it stops is the
 * promise that a shutdown costs no job an attempt:
 * <ol>
 * <li>claim nothing more, start nothing more, give back what has not begun: others see it
 * at once,</li>
 * <li>let running jobs go on for the timeout,</li>
 * <li>interrupt the others, and give them back, uncounted,</li>
 * <li>settle what has ended,</li>
 * <li>end the heartbeats last, and deregister.</li>
 * </ol>
 * A handler that ends the process is the exception: its job stays leased, and counts as
 * abandoned when others notice that this node is dead.
 */
final class WorkerRun {

	private static final Log logger = LogFactory.getLog(WorkerRun.class);

	private static final Duration LAPSE_CHECK = Duration.ofMillis(250);

	/**
	 * What interrupted handlers get to end, and the last words to the store. Together
	 * less than a second.
	 */
	private static final Duration INTERRUPT_GRACE = Duration.ofMillis(300);

	private static final Duration SETTLE_GRACE = Duration.ofMillis(300);

	private static final Duration FAREWELL_GRACE = Duration.ofMillis(200);

	private final JobStore store;

	private final WorkerOptions options;

	private final NodeRuntime node;

	private final Executor threads;

	private final JobEvents events;

	private final List<WorkerPool> pools = new ArrayList<>();

	private final Map<String, WorkerPool> poolsByQueue = new HashMap<>();

	private final ScheduledThreadPoolExecutor clockwork;

	private final LeaseKeeper leaseKeeper;

	private final Maintenance maintenance;

	private WakeUps.@Nullable Subscription subscription;

	// Both only touched by the thread that stops, and by the farewell that it starts.
	private boolean isInterrupted;

	private boolean isAbandoning;

	WorkerRun(JobStore store, JobHandlerRegistry handlers, JobSerializer serializer, WorkerOptions options,
			Executor threads, JobEvents events, List<JobInterceptor> interceptors, JobMetrics metrics, Clock clock) {
		this.store = store;
		this.options = options;
		this.threads = threads;
		this.events = events;
		StoreWatch storeWatch = new StoreWatch(clock, options.heartbeatInterval(), options.deadAfter());
		this.node = new NodeRuntime(store, storeWatch, events, metrics, clock, this::lapsed);
		this.clockwork = new ScheduledThreadPoolExecutor(1, (task) -> new Thread(task, "job-queue-clockwork"));
		this.clockwork.setRemoveOnCancelPolicy(true);
		TransactionalAttempt transactions = (store instanceof TransactionalSettlement settlement)
				? new TransactionalAttempt(settlement) : null;
		JobProcessor processor = new JobProcessor(serializer, options.retryPolicy(), transactions, interceptors);
		TimeoutWatch timeouts = new TimeoutWatch(this.clockwork);
		for (PoolOptions pool : options.pools()) {
			WorkerPool workerPool = new WorkerPool(pool, options.pollInterval(), this.node, handlers, processor,
					timeouts, this::checkLapse, threads);
			this.pools.add(workerPool);
			workerPool.queues().forEach((queue) -> this.poolsByQueue.put(queue, workerPool));
		}
		NodeDescription description = new NodeDescription(options.nodeName(),
				this.pools.stream().flatMap((pool) -> pool.queues().stream()).toList(),
				handlers.all().stream().map(JobHandler::name).sorted().toList());
		this.leaseKeeper = new LeaseKeeper(this.node, description, options, this::registered);
		this.maintenance = new Maintenance(this.node, this.leaseKeeper, this.pools, options);
	}

	void start() {
		this.events.start();
		this.leaseKeeper.start();
		// A check that throws would be the last one.
		this.clockwork.scheduleAtFixedRate(() -> Failures.quietly(this::checkLapse), LAPSE_CHECK.toMillis(),
				LAPSE_CHECK.toMillis(), TimeUnit.MILLISECONDS);
		this.pools.forEach(WorkerPool::start);
		this.maintenance.start();
		if (this.store instanceof WakeUps wakeUps) {
			this.subscription = wakeUps.subscribe(new Listener());
		}
		this.node.metrics().workerStarted(this.pools.stream().map(WorkerPool::name).toList());
		this.pools.forEach((pool) -> logger
			.info("Pool '" + pool.name() + "' of '" + this.options.nodeName() + "' works jobs (store: " + this.store
					+ ", " + pool.description() + ", threads: " + this.threads + ")"));
	}

	private void checkLapse() {
		this.leaseKeeper.checkLapse();
	}

	private void registered() {
		this.poolsByQueue.forEach((queue, pool) -> pool.wakeUp(queue, 0));
	}

	private void lapsed() {
		this.pools.forEach(WorkerPool::giveBackWaiting);
		this.leaseKeeper.ask();
	}

	/**
	 * Stop in the order above. Returns within the timeout and a second, whatever happens;
	 * who interrupts it shortens the drain, and nothing else.
	 */
	void stop() {
		long start = System.nanoTime();
		try {
			if (this.subscription != null) {
				this.subscription.close();
			}
			this.pools.forEach(WorkerPool::stopStarting);
			long deadline = start + this.options.shutdownTimeout().toNanos();
			drain(deadline);
			settle(deadline);
		}
		finally {
			this.pools.forEach(WorkerPool::end);
			this.maintenance.stop();
			farewell();
			this.clockwork.shutdownNow();
			this.events.stop();
			if (this.isInterrupted) {
				Thread.currentThread().interrupt();
			}
		}
		logger.info("Stopped working jobs after " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
	}

	private void drain(long deadline) {
		boolean isIdle = true;
		for (WorkerPool pool : this.pools) {
			int hopeless = this.node.leases()
				.count((execution) -> this.poolsByQueue.get(execution.queue()) == pool && execution.isEndingProcess());
			isIdle &= patiently(() -> pool.awaitIdle(this.isInterrupted ? System.nanoTime() : deadline, hopeless));
		}
		if (!isIdle) {
			interrupt();
		}
		this.node.leases().forEach(this::giveUpIfRunning);
	}

	private void interrupt() {
		logger.info("Interrupting " + this.pools.stream().mapToInt(WorkerPool::running).sum()
				+ " jobs that still run after the shutdown timeout; they are given back, and the attempt is not counted");
		this.node.leases().forEach((execution) -> execution.stop(StopReason.SHUTDOWN));
		long graceEnd = System.nanoTime() + INTERRUPT_GRACE.toNanos();
		for (WorkerPool pool : this.pools) {
			patiently(() -> pool.awaitIdle(graceEnd, 0));
		}
	}

	private void giveUpIfRunning(JobExecution execution) {
		WorkerPool pool = this.poolsByQueue.get(execution.queue());
		if (pool == null || !execution.isRunning()) {
			return;
		}
		if (execution.isEndingProcess()) {
			// Given back uncounted, it would end one process after the other.
			logger.error(execution + " ends this process. Its lease is left to be rescued, which counts as abandoned");
			this.isAbandoning = true;
			return;
		}
		logger.error(
				execution + " does not react to the interrupt; it is given back, and may run elsewhere while its thread"
						+ " goes on here");
		pool.abandon(execution);
	}

	// Work that is done and not settled is done again, so what is left of the shutdown
	// timeout is spent on it.
	private void settle(long lastDeadline) {
		this.pools.forEach(WorkerPool::stop);
		long deadline = System.nanoTime() + SETTLE_GRACE.toNanos();
		long late = this.isInterrupted ? deadline : Math.max(deadline, lastDeadline + SETTLE_GRACE.toNanos());
		for (WorkerPool pool : this.pools) {
			if (!patiently(() -> pool.awaitEnd(deadline, late))) {
				logger.warn("The store did not take all outcomes of pool " + pool
						+ " in time; the jobs run again elsewhere");
			}
		}
	}

	private boolean patiently(Wait wait) {
		try {
			return wait.isDone();
		}
		catch (InterruptedException ex) {
			this.isInterrupted = true;
			return false;
		}
	}

	// The store may not answer, so nobody waits for long.
	private void farewell() {
		Thread last = new Thread(() -> {
			try {
				this.leaseKeeper.stop(FAREWELL_GRACE);
				if (this.node.isRegistered() && !this.isAbandoning) {
					this.store.deregister(this.node.id());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (Throwable ex) {
				logger.warn("This node could not deregister; others will declare it dead: " + ex.getMessage());
			}
		}, "job-queue-farewell");
		last.setDaemon(true);
		last.start();
		try {
			last.join(FAREWELL_GRACE.toMillis());
		}
		catch (InterruptedException ex) {
			this.isInterrupted = true;
		}
	}

	List<PoolStatus> pools() {
		return this.pools.stream().map(WorkerPool::status).toList();
	}

	WorkerStatus status() {
		StoreWatch.Outage outage = this.node.storeWatch().outage();
		return new WorkerStatus(this.node.isRegistered() ? this.node.id() : null, this.options.nodeName(),
				this.pools.stream().flatMap((pool) -> pool.queues().stream()).toList(),
				this.pools.stream().mapToInt(WorkerPool::running).sum(),
				this.pools.stream().mapToInt(WorkerPool::waiting).sum(),
				this.node.leases().count(JobExecution::isRunaway),
				this.node.isRegistered() ? this.leaseKeeper.sinceRenewal() : null, this.leaseKeeper.isLate(),
				this.node.lastExchange(), (outage != null) ? outage.since() : null,
				(outage != null) ? outage.failure() : null);
	}

	/**
	 * Something to wait for.
	 */
	@FunctionalInterface
	private interface Wait {

		boolean isDone() throws InterruptedException;

	}

	/**
	 * Passes hints of the store on.
	 */
	private final class Listener implements WakeUps.Listener {

		@Override
		public void available(String queue) {
			available(queue, 0);
		}

		@Override
		public void available(String queue, int priority) {
			WorkerPool pool = WorkerRun.this.poolsByQueue.get(queue);
			if (pool != null) {
				pool.wakeUp(queue, priority);
			}
		}

		@Override
		public void cancellationRequested() {
			WorkerRun.this.leaseKeeper.ask();
		}

	}

}
