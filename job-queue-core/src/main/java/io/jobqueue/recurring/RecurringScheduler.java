package io.jobqueue.recurring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.lifecycle.SerialLifecycle;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.metrics.SafeJobMetrics;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.WakeUps;

/**
 * Fires recurring jobs on this node, between {@link #start()} and {@link #stop()}, and
 * looks after those that the code declares. All nodes do the same; the store decides who
 * fires. The only thread sleeps until the next firing time. It can be started again, and
 * starts even if the store does not answer. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RecurringScheduler extends SerialLifecycle {

	/**
	 * The phase of the lifecycle: it starts after and stops before the worker.
	 */
	public static final int PHASE = DEFAULT_PHASE - 511;

	private static final Log logger = LogFactory.getLog(RecurringScheduler.class);

	private final JobStore store;

	private final Supplier<Map<String, Recurrence>> declared;

	private final Function<String, NewJob> jobs;

	private final EnqueuePath enqueuer;

	private final JobMetrics metrics;

	private final String application;

	private volatile @Nullable Run run;

	/**
	 * Create a scheduler.
	 * @param store where jobs and definitions are kept
	 * @param declared supplies what the code declares, by the name of the handler; asked
	 * at each start
	 * @param jobs makes the job of a handler that the code declares
	 * @param application the name of the application, the same on all of its nodes
	 * @param autoStartup whether to start with the application
	 */
	public RecurringScheduler(JobStore store, Supplier<Map<String, Recurrence>> declared, Function<String, NewJob> jobs,
			String application, boolean autoStartup) {
		this(store, declared, jobs, EnqueuePath.STRAIGHT, JobMetrics.NONE, application, autoStartup);
	}

	/**
	 * Create a scheduler with interceptors and metrics.
	 * @param store where jobs and definitions are kept
	 * @param declared supplies what the code declares, by the name of the handler; asked
	 * at each start
	 * @param jobs makes the job of a handler that the code declares
	 * @param enqueuer takes the jobs of firings to the store
	 * @param metrics what is to be measured
	 * @param application the name of the application, the same on all of its nodes
	 * @param autoStartup whether to start with the application
	 */
	public RecurringScheduler(JobStore store, Supplier<Map<String, Recurrence>> declared, Function<String, NewJob> jobs,
			EnqueuePath enqueuer, JobMetrics metrics, String application, boolean autoStartup) {
		super("job-queue-scheduler-stop", autoStartup);
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(enqueuer, "'enqueuer' must not be null");
		Assert.notNull(metrics, "'metrics' must not be null");
		Assert.notNull(application, "'application' must not be null");
		this.store = store;
		this.declared = declared;
		this.jobs = jobs;
		this.enqueuer = enqueuer;
		this.metrics = SafeJobMetrics.of(metrics);
		this.application = application;
	}

	/**
	 * Begin to fire.
	 * @throws IllegalStateException if the code declares recurring jobs and the store
	 * keeps none
	 */
	@Override
	protected void begin() {
		Map<String, Recurrence> current = Map.copyOf(this.declared.get());
		RecurringDefinitions definitions = (this.store instanceof RecurringStore recurring) ? recurring.recurring()
				: null;
		Assert.state(definitions != null || current.isEmpty(), () -> "The store " + this.store.getClass().getName()
				+ " keeps no recurring jobs, but @Job " + current.keySet() + " have a cron expression or an interval");
		if (definitions != null) {
			Run started = new Run(definitions, current);
			this.run = started;
			started.start();
		}
	}

	/**
	 * Fire no more. What is being fired right now is fired or not; nothing is lost either
	 * way.
	 */
	@Override
	protected void end() {
		Run stopped = this.run;
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
	 * One life, from a start to a stop.
	 */
	private final class Run implements WakeUps.Listener {

		/** Without wake-ups, what others change is seen as late as this. */
		private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);

		private static final Duration CONFIRM_INTERVAL = Duration.ofSeconds(20);

		private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

		private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

		private static final int MAX_DOUBLINGS = 6;

		private static final Duration STOP_GRACE = Duration.ofMillis(500);

		private final Declarations declarations;

		private final Firings firings;

		private final Thread thread = new Thread(this::run, "job-queue-scheduler");

		private final ReentrantLock lock = new ReentrantLock();

		private final Condition changed = this.lock.newCondition();

		// Both guarded by the lock.
		private boolean isChanged;

		private boolean isStopped;

		// The rest is only touched by the thread, apart from start and stop.
		private WakeUps.@Nullable Subscription subscription;

		private boolean hasPutAll;

		private long confirmAt = System.nanoTime();

		private int failures;

		Run(RecurringDefinitions definitions, Map<String, Recurrence> current) {
			this.declarations = new Declarations(new Catalog(definitions), RecurringScheduler.this.application, current,
					RecurringScheduler.this.jobs);
			this.firings = new Firings(definitions, RecurringScheduler.this.enqueuer, RecurringScheduler.this.metrics);
			this.thread.setDaemon(true);
		}

		void start() {
			if (RecurringScheduler.this.store instanceof WakeUps wakeUps) {
				this.subscription = wakeUps.subscribe(this);
			}
			this.thread.start();
		}

		void stop() {
			if (this.subscription != null) {
				this.subscription.close();
			}
			this.lock.lock();
			try {
				this.isStopped = true;
				this.changed.signal();
			}
			finally {
				this.lock.unlock();
			}
			try {
				this.thread.join(STOP_GRACE.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void available(String queue) {
			// That is for workers.
		}

		@Override
		public void recurringChanged() {
			this.lock.lock();
			try {
				this.isChanged = true;
				this.changed.signal();
			}
			finally {
				this.lock.unlock();
			}
		}

		private void run() {
			Duration wait = Duration.ZERO;
			while (sleep(wait)) {
				try {
					wait = work();
					if (this.failures > 1) {
						logger.info("Recurring jobs are fired again");
					}
					this.failures = 0;
				}
				catch (Throwable ex) {
					wait = failed(ex);
				}
			}
		}

		private Duration work() {
			if (!this.hasPutAll) {
				this.declarations.putAll();
				this.hasPutAll = true;
			}
			if (System.nanoTime() - this.confirmAt >= 0) {
				this.declarations.confirm();
				this.confirmAt = System.nanoTime() + CONFIRM_INTERVAL.toNanos();
			}
			Duration next = this.firings.fire();
			Duration limit = min(LONGEST_SLEEP, Duration.ofNanos(this.confirmAt - System.nanoTime()));
			return (next != null) ? min(next, limit) : limit;
		}

		private static Duration min(Duration a, Duration b) {
			return (a.compareTo(b) < 0) ? a : b;
		}

		private Duration failed(Throwable ex) {
			this.failures++;
			if (this.failures == 2) {
				// The first one may have been a hiccup.
				try {
					logger.warn("Recurring jobs cannot be fired at the moment; it is tried until it works: "
							+ ex.getMessage());
					logger.debug("The failure", ex);
				}
				catch (Throwable unloggable) {
					// The thread must go on.
				}
			}
			long nanos = Math.min(FIRST_PAUSE.toNanos() << Math.min(this.failures - 1, MAX_DOUBLINGS),
					LONGEST_PAUSE.toNanos());
			return Duration.ofNanos((long) (nanos * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)));
		}

		/**
		 * Sleep, unless something has changed.
		 * @return {@code false} if this was stopped
		 */
		private boolean sleep(Duration wait) {
			this.lock.lock();
			try {
				long left = wait.toNanos();
				while (left > 0 && !this.isChanged && !this.isStopped) {
					left = this.changed.awaitNanos(left);
				}
				this.isChanged = false;
				return !this.isStopped;
			}
			catch (InterruptedException ex) {
				// Nobody interrupts this thread but who wants it to end.
				return false;
			}
			finally {
				this.lock.unlock();
			}
		}

	}

}
