package io.jobqueue.autoconfigure.health;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.util.Assert;

import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.WorkerStatus;

/**
 * The health of the job queue on this node.
 * <p>
 * Where jobs are worked, it is what the worker knows, so that asking costs the store
 * nothing: down when the store does not answer or this node is not registered in it, and
 * unknown while the worker is stopped. An application that only enqueues asks the store
 * how many nodes are alive, and is up when it answers.
 *
 * @since 0.1.0
 */
public final class JobQueueHealthIndicator extends AbstractHealthIndicator {

	private final JobStore store;

	private final @Nullable JobWorker worker;

	/**
	 * Create an indicator.
	 * @param store where jobs are kept
	 * @param worker the worker of this node, or {@code null} if it only enqueues
	 */
	public JobQueueHealthIndicator(JobStore store, @Nullable JobWorker worker) {
		super("The job queue health check failed");
		Assert.notNull(store, "'store' must not be null");
		this.store = store;
		this.worker = worker;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("store", storeName());
		if (this.worker == null) {
			builder.up().withDetail("worker", "disabled").withDetail("nodes", this.store.admin().nodes().size());
			return;
		}
		WorkerStatus status = this.worker.status();
		if (status == null) {
			builder.unknown().withDetail("worker", "stopped");
		}
		else {
			report(status, builder);
		}
	}

	private String storeName() {
		return this.store.getClass().getSimpleName().replace("JobStore", "").toLowerCase(Locale.ROOT);
	}

	private static void report(WorkerStatus status, Health.Builder builder) {
		Throwable outage = status.outage();
		Instant outageSince = status.outageSince();
		Long node = status.node();
		builder.status((outage == null && node != null) ? "UP" : "DOWN")
			.withDetail("worker", "running")
			.withDetail("name", status.name())
			.withDetail("queues", status.queues())
			.withDetail("running", status.running())
			.withDetail("waiting", status.waiting());
		if (node != null) {
			builder.withDetail("node", node);
		}
		if (status.sinceRenewal() != null) {
			builder.withDetail("sinceRenewal", status.sinceRenewal());
		}
		if (outage != null && outageSince != null) {
			// Not as exception, which would be logged at each probe.
			builder.withDetail("reason", "The store does not answer")
				.withDetail("since", outageSince)
				.withDetail("error", outage.getClass().getName() + ": " + outage.getMessage());
		}
		else if (node == null) {
			builder.withDetail("reason", "The node is not registered");
		}
	}

}
