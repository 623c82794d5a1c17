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
import io.jobqueue.store.Rescue;

/**
 * What has to be done now and then, on one thread: mark jobs that run for long, give back
 * jobs that wait for too long, rescue jobs of dead nodes, prune finished ones.
 */
final class Maintenance {

	private static final Log logger = LogFactory.getLog(Maintenance.class);

	private static final Duration TICK = Duration.ofMillis(500);

	private static final Duration LONG = Duration.ofSeconds(1);

	private static final Duration PRUNE_INTERVAL = Duration.ofMinutes(10);

	private static final int LOGGED_IDS = 20;

	private final NodeRuntime node;

	private final List<WorkerPool> pools;

	private final Duration deadAfter;

	private final ScheduledExecutorService scheduler;

	Maintenance(NodeRuntime node, List<WorkerPool> pools, Duration deadAfter) {
		this.node = node;
		this.pools = pools;
		this.deadAfter = deadAfter;
		this.scheduler = Executors
			.newSingleThreadScheduledExecutor((task) -> new Thread(task, "job-queue-maintenance"));
	}

	void start() {
		long rescueInterval = Math.max(this.deadAfter.toMillis() / 3, 1);
		schedule(this::tick, TICK.toMillis(), TICK.toMillis());
		schedule(this::rescue, ThreadLocalRandom.current().nextLong(rescueInterval), rescueInterval);
		schedule(this::prune, ThreadLocalRandom.current().nextLong(TICK.toMillis()), PRUNE_INTERVAL.toMillis());
	}

	private void schedule(Runnable task, long initialDelay, long delay) {
		this.scheduler.scheduleWithFixedDelay(() -> guarded(task), initialDelay, delay, TimeUnit.MILLISECONDS);
	}

	// A task that throws would not be run again.
	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			if (!this.scheduler.isShutdown()) {
				this.node.storeWatch().failed(ex);
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
		Map<JobId, JobProgress> progress = takeProgress();
		if (!jobs.isEmpty() || !progress.isEmpty()) {
			if (this.node.store().mark(node, jobs, progress)) {
				old.forEach(LeaseBook.Page::marked);
			}
		}
	}

	private Map<JobId, JobProgress> takeProgress() {
		Map<JobId, JobProgress> progress = new HashMap<>();
		this.node.leases().forEachMarked((execution) -> {
			JobProgress latest = execution.takeProgress();
			if (latest != null) {
				progress.put(execution.id(), latest);
			}
		});
		return progress;
	}

	private void rescue() {
		Rescue rescue = this.node.store().rescue(this.deadAfter);
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
		this.node.store().prune();
	}

	void stop() {
		this.scheduler.shutdownNow();
	}

}
