package io.jobqueue.autoconfigure.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.util.Assert;

import io.jobqueue.autoconfigure.JobStoreType;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.WorkerStatus;

/**
 * The health of the job queue on this node. It never waits for the store for long.
 * <p>
 * Where jobs are worked, it is what the worker knows, so that asking costs the store
 * nothing: down when the store does not answer, or this node is not registered in it or
 * cannot renew its lease, and unknown while the worker is stopped. An application that
 * only enqueues asks the store how many nodes are alive, and is up when it answers in
 * time.
 *
 * @since 0.1.0
 */
public final class JobQueueHealthIndicator extends AbstractHealthIndicator {

	/** Less than the second that a probe of Kubernetes waits by default. */
	private static final Duration PATIENCE = Duration.ofMillis(800);

	private static final String REASON = "reason";

	private final JobStore store;

	private final @Nullable JobWorker worker;

	private final StoreProbe probe;

	private final Clock clock;

	/**
	 * Create an indicator.
	 * @param store where jobs are kept
	 * @param worker the worker of this node, or {@code null} if it only enqueues
	 */
	public JobQueueHealthIndicator(JobStore store, @Nullable JobWorker worker) {
		this(store, worker, PATIENCE, Clock.systemUTC());
	}

	JobQueueHealthIndicator(JobStore store, @Nullable JobWorker worker, Duration patience, Clock clock) {
		super("The job queue health check failed");
		Assert.notNull(store, "'store' must not be null");
		this.store = store;
		this.worker = worker;
		this.probe = new StoreProbe(() -> store.admin().nodes().size(), patience);
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("store", JobStoreType.nameOf(this.store));
		if (this.worker == null) {
			ask(builder.withDetail("worker", "disabled"));
			return;
		}
		WorkerStatus status = this.worker.status();
		if (status == null) {
			builder.unknown().withDetail("worker", "stopped").withDetail(REASON, "The worker is stopped");
		}
		else {
			report(status, builder.withDetail("worker", "running"));
		}
	}

	private void ask(Health.Builder builder) {
		try {
			StoreProbe.Answer answer = this.probe.ask();
			builder.up().withDetail("nodes", answer.value()).withDetail("latency", answer.latency());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			builder.unknown().withDetail(REASON, "The check was interrupted");
		}
		catch (Exception ex) {
			down(builder, ex);
		}
	}

	private void report(WorkerStatus status, Health.Builder builder) {
		builder.up()
			.withDetail("name", status.name())
			.withDetail("queues", status.queues())
			.withDetail("running", status.running())
			.withDetail("waiting", status.waiting());
		if (status.node() != null) {
			builder.withDetail("node", status.node());
		}
		if (status.sinceRenewal() != null) {
			Instant lastHeartbeat = this.clock.instant().minus(status.sinceRenewal());
			builder.withDetail("lastHeartbeat", lastHeartbeat.truncatedTo(ChronoUnit.MILLIS));
		}
		if (status.lastExchange() != null) {
			builder.withDetail("latency", status.lastExchange());
		}
		judge(status, builder);
	}

	private static void judge(WorkerStatus status, Health.Builder builder) {
		Throwable outage = status.outage();
		Instant outageSince = status.outageSince();
		if (outage != null && outageSince != null) {
			down(builder.withDetail("since", outageSince), outage);
		}
		else if (status.node() == null) {
			builder.down().withDetail(REASON, "This node is not registered");
		}
		else if (status.isRenewalLate()) {
			builder.down().withDetail(REASON, "This node cannot renew its lease: its heartbeat is not answered");
		}
	}

	// Not as exception, which would be logged at each probe.
	private static void down(Health.Builder builder, Throwable failure) {
		builder.down()
			.withDetail(REASON, "The store does not answer")
			.withDetail("error", failure.getClass().getName() + ": " + failure.getMessage());
	}

}
