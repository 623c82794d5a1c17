package io.jobqueue.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Rescue;

/**
 * What has to be done now and then, on one thread: mark jobs that run for long, give back
 * jobs that wait for too long, rescue jobs of dead nodes, end those whose deadline is
 * over, prune finished ones.
 */
final class Maintenance {

	private static final Log logger = LogFactory.getLog(Maintenance.class);

	private static final Duration TICK = Duration.ofMillis(500);

	private static final Duration LONG = Duration.ofSeconds(1);

	private static final Duration PRUNE_INTERVAL = Duration.ofMinutes(10);

	private static final Duration EXPIRE_INTERVAL = Duration.ofSeconds(10);

	private static final int LOGGED_IDS = 20;

	/** Dead nodes are looked for this often in the time after which they are dead. */
	private static final int RESCUE_SHARE = 10;

	private final NodeRuntime node;

	private final LeaseKeeper leaseKeeper;

	private final List<WorkerPool> pools;

	private final WorkerOptions options;

	private final ScheduledExecutorService scheduler;

	private final Runnable pruning = this::prune;

	private final Runnable expiring = this::expire;

	// Only touched by the thread.
	private final Map<Runnable, Integer> failures = new HashMap<>();

	Maintenance(NodeRuntime node, LeaseKeeper leaseKeeper, List<WorkerPool> pools, WorkerOptions options) {
		this.node = node;
		this.leaseKeeper = leaseKeeper;
		this.pools = pools;
		this.options = options;
		this.scheduler = Executors
			.newSingleThreadScheduledExecutor((task) -> new Thread(task, "job-queue-maintenance"));
	}

	void start() {
		long rescueInterval = Math.max(this.options.deadAfter().toMillis() / RESCUE_SHARE, 1);
		schedule(this::tick, TICK.toMillis(), TICK.toMillis());
		schedule(this::rescue, ThreadLocalRandom.current().nextLong(rescueInterval), rescueInterval);
		schedule(this.expiring, ThreadLocalRandom.current().nextLong(TICK.toMillis()), EXPIRE_INTERVAL.toMillis());
		schedule(this.pruning, ThreadLocalRandom.current().nextLong(TICK.toMillis()), PRUNE_INTERVAL.toMillis());
	}

	private void schedule(Runnable task, long initialDelay, long delay) {
		this.scheduler.scheduleWithFixedDelay(() -> guarded(task), initialDelay, delay, TimeUnit.MILLISECONDS);
	}

	// A task that throws would not be run again. An outage is noticed by those who always
	// ask the store; what fails repeatedly without one is a trouble of its own.
	private void guarded(Runnable task) {
		try {
			task.run();
			this.failures.remove(task);
		}
		catch (Throwable ex) {
			boolean isOutage = this.node.storeWatch().outage() != null || this.scheduler.isShutdown();
			if (!isOutage && this.failures.merge(task, 1, Integer::sum) == 2) {
				Failures.log(ex,
						(failure) -> logger.warn("Housekeeping fails repeatedly; jobs run nevertheless", failure));
			}
		}
	}

	private void tick() {
		for (WorkerPool pool : this.pools) {
			pool.giveBackParked(LONG);
			pool.proceed();
		}
		long node = this.node.id();
		List<LeaseBook.Page> old = this.node.leases()
			.unmarkedBefore(System.nanoTime() - LONG.toNanos())
			.stream()
			.filter((page) -> page.node() == node)
			.toList();
		List<ClaimedJob> jobs = new ArrayList<>();
		old.forEach((page) -> page.unsettled().forEach((execution) -> jobs.add(execution.job())));
		Map<JobExecution, JobProgress> progress = takeProgress();
		if (!jobs.isEmpty() || !progress.isEmpty()) {
			if (mark(node, jobs, progress)) {
				old.forEach(LeaseBook.Page::marked);
			}
		}
	}

	private Map<JobExecution, JobProgress> takeProgress() {
		Map<JobExecution, JobProgress> progress = new HashMap<>();
		this.node.leases().forEachMarked((execution) -> {
			JobProgress latest = execution.takeProgress();
			if (latest != null) {
				progress.put(execution, latest);
			}
		});
		return progress;
	}

	private boolean mark(long node, List<ClaimedJob> jobs, Map<JobExecution, JobProgress> progress) {
		Map<JobId, JobProgress> byId = new HashMap<>();
		progress.forEach((execution, report) -> byId.put(execution.id(), report));
		try {
			return this.node.store().mark(node, jobs, byId);
		}
		catch (Throwable ex) {
			progress.forEach(JobExecution::returnProgress);
			throw ex;
		}
	}

	private void rescue() {
		Duration deadAfter = this.options.deadAfter();
		if (!this.node.storeWatch().isSteady() || !this.leaseKeeper.isAlive()) {
			// After an outage everybody has been silent. Whoever lives comes back and
			// settles what it holds; jobs that were
			// only kept waiting are not abandoned.
			return;
		}
		// The look comes at the latest one interval after the silence is long enough, so
		// that both together are the time
		// that was promised.
		Rescue rescue = this.node.store().rescue(deadAfter.multipliedBy(RESCUE_SHARE - 1).dividedBy(RESCUE_SHARE));
		if (rescue != Rescue.NONE) {
			this.node.metrics().rescued(rescue.deadNodes().size(), rescue.rescued(), rescue.failed().size());
		}
		if (!rescue.deadNodes().isEmpty()) {
			logger.warn("Nodes " + rescue.deadNodes() + " are dead; " + rescue.rescued()
					+ " of their jobs are available again");
		}
		if (!rescue.failed().isEmpty()) {
			logger.error(rescue.failed().size() + " jobs failed for good because " + Rescue.MAX_ABANDONMENTS
					+ " nodes died while they ran them: "
					+ rescue.failed().stream().limit(LOGGED_IDS).map(JobId::toString).toList());
		}
	}

	private void prune() {
		if (this.node.store().prune() >= JobStore.PRUNED_AT_ONCE) {
			this.scheduler.schedule(() -> guarded(this.pruning), TICK.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void expire() {
		List<ExpiredJob> expired = this.node.store().expire();
		if (!expired.isEmpty()) {
			this.node.expired(expired);
		}
		if (expired.size() >= JobStore.EXPIRED_AT_ONCE) {
			this.scheduler.schedule(() -> guarded(this.expiring), TICK.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	void stop() {
		this.scheduler.shutdownNow();
	}

}
