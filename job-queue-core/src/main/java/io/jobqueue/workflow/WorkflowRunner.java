package io.jobqueue.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobStoreException;
import io.jobqueue.event.ListenerThread;
import io.jobqueue.lifecycle.SerialLifecycle;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;

/**
 * Brings workflows on, between {@link #start()} and {@link #stop()}: when a task has
 * ended on this node, and every now and then what other nodes have left undone. All nodes
 * do the same; the store decides who does it. Does nothing on a store that keeps no
 * workflows. It can be started again, and starts even if the store does not answer.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class WorkflowRunner extends SerialLifecycle implements WakeUps.Listener {

	/**
	 * The phase of the lifecycle: it starts before the worker and stops after it, so that
	 * what its last jobs bring on is not left to others.
	 */
	public static final int PHASE = DEFAULT_PHASE - 1025;

	private static final Log logger = LogFactory.getLog(WorkflowRunner.class);

	private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(1);

	private static final int PRUNED_AT_ONCE = 1000;

	/** How often at most to look for ends that other nodes have brought about. */
	private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

	private static final long STOP_MILLIS = 2000;

	private final @Nullable WorkflowRecords records;

	private final JobStore store;

	private final Duration interval;

	private final Duration retention;

	private final @Nullable WorkflowEngine engine;

	private final List<ListenerThread<WorkflowEvent>> listeners;

	private final Endings endings = new Endings();

	private volatile @Nullable Loop loop;

	private WakeUps.@Nullable Subscription subscription;

	/**
	 * Create a runner.
	 * @param store where workflows are kept
	 * @param listeners who is told what becomes of them
	 * @param interval how often to look for what others have left undone
	 * @param retention how long finished workflows are kept
	 * @param autoStartup whether to start with the application
	 */
	public WorkflowRunner(JobStore store, List<WorkflowListener> listeners, Duration interval, Duration retention,
			boolean autoStartup) {
		super("job-queue-workflows-stop", autoStartup);
		Assert.notNull(store, "'store' must not be null");
		Assert.isTrue(interval.toMillis() >= 1, "'interval' must be at least one millisecond");
		this.store = store;
		this.records = (store instanceof WorkflowStore workflows) ? workflows.workflows() : null;
		this.engine = (this.records != null) ? new WorkflowEngine(this.records, this::taken) : null;
		this.listeners = listeners.stream()
			.map((listener) -> new ListenerThread<>(listener, listener::onWorkflowEvent, WorkflowEvent::toString))
			.toList();
		this.interval = interval;
		this.retention = retention;
	}

	/**
	 * Begin to bring workflows on, if the store keeps any.
	 */
	@Override
	protected void begin() {
		if (this.engine != null && this.records != null) {
			this.listeners.forEach(ListenerThread::start);
			Loop started = new Loop(this.engine, this.records);
			this.loop = started;
			if (this.store instanceof WakeUps wakeUps) {
				this.subscription = wakeUps.subscribe(this);
			}
			started.thread.start();
		}
	}

	/**
	 * Stop, after a short time for what has just ended.
	 */
	@Override
	protected void end() {
		Loop stopped = this.loop;
		this.loop = null;
		if (this.subscription != null) {
			this.subscription.close();
		}
		if (stopped != null) {
			stopped.stop();
			this.listeners.forEach(ListenerThread::stop);
			this.endings.stopped();
		}
	}

	@Override
	public boolean isRunning() {
		return this.loop != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void available(String queue) {
		// That is for workers.
	}

	@Override
	public void workflowChanged() {
		Loop running = this.loop;
		if (running != null) {
			running.wakeUp();
		}
	}

	private void taken(Step step) {
		for (WorkflowEvent event : step.events()) {
			this.listeners.forEach((listener) -> listener.add(event));
		}
		if (step.isOver()) {
			this.endings.ended(step.head());
		}
	}

	boolean change(WorkflowId id, Consumer<Step> change) {
		return this.engine != null && this.engine.change(id.value(), change);
	}

	CompletableFuture<Head> future(WorkflowId id) {
		CompletableFuture<Head> future = this.endings.future(id.value());
		if (this.loop == null || this.records == null) {
			future.completeExceptionally(new IllegalStateException(
					"This node does not run, so nobody here would see the end of workflow " + id));
			return future;
		}
		try {
			this.endings.look(this.records, Set.of(id.value()));
		}
		catch (JobStoreException ex) {
			logger.debug("Nobody knows yet whether workflow " + id + " has ended; it is looked for again", ex);
		}
		return future;
	}

	Head await(WorkflowId id, Duration timeout) {
		CompletableFuture<Head> future = future(id);
		try {
			return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new WorkflowAwaitTimeoutException(id, timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JobStoreException("Interrupted while waiting for workflow " + id + ". It goes on", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
		finally {
			future.cancel(false);
		}
	}

	/**
	 * One life, from a start to a stop.
	 */
	private final class Loop {

		private final WorkflowEngine engine;

		private final WorkflowRecords records;

		private final Thread thread = new Thread(this::run, "job-queue-workflows");

		// Both guarded by this.
		private boolean isAwake;

		private boolean isStopped;

		// The rest is only touched by the thread.
		private long pruneAt = System.nanoTime() + RETENTION_INTERVAL.toNanos();

		private long lookAt = System.nanoTime();

		private boolean hasFailed;

		Loop(WorkflowEngine engine, WorkflowRecords records) {
			this.engine = engine;
			this.records = records;
			this.thread.setDaemon(true);
		}

		synchronized void wakeUp() {
			this.isAwake = true;
			notifyAll();
		}

		void stop() {
			synchronized (this) {
				this.isStopped = true;
				notifyAll();
			}
			try {
				this.thread.join(STOP_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void run() {
			do {
				try {
					boolean hasMore = true;
					while (hasMore) {
						hasMore = this.engine.work();
					}
					look();
					prune();
					this.hasFailed = false;
				}
				catch (Throwable ex) {
					failed(ex);
				}
			}
			while (sleep());
		}

		private void look() {
			if (System.nanoTime() - this.lookAt >= 0) {
				WorkflowRunner.this.endings.look(this.records);
				this.lookAt = System.nanoTime() + LOOK_INTERVAL.toNanos();
			}
		}

		private void prune() {
			if (System.nanoTime() - this.pruneAt >= 0) {
				int removed = this.records.prune(WorkflowRunner.this.retention, PRUNED_AT_ONCE);
				if (removed < PRUNED_AT_ONCE) {
					this.pruneAt = System.nanoTime() + RETENTION_INTERVAL.toNanos();
				}
			}
		}

		private void failed(Throwable ex) {
			if (!this.hasFailed) {
				this.hasFailed = true;
				try {
					logger.warn("Workflows cannot be brought on at the moment; it is tried until it works: "
							+ ex.getMessage());
					logger.debug("The failure", ex);
				}
				catch (Throwable unloggable) {
					// The thread must go on.
				}
			}
		}

		/**
		 * Sleep until something happens, or it is time to look after others.
		 * @return {@code false} if this was stopped and nothing has happened since
		 */
		private synchronized boolean sleep() {
			try {
				long end = System.nanoTime() + WorkflowRunner.this.interval.toNanos();
				long left = end - System.nanoTime();
				while (left > 0 && (!this.isAwake || this.hasFailed) && !this.isStopped) {
					wait(Math.max(TimeUnit.NANOSECONDS.toMillis(left), 1));
					left = end - System.nanoTime();
				}
				boolean goesOn = !this.isStopped || (this.isAwake && !this.hasFailed);
				this.isAwake = false;
				return goesOn;
			}
			catch (InterruptedException ex) {
				// Nobody interrupts this thread but who wants it to end.
				return false;
			}
		}

	}

}
