package io.jobqueue.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.event.JobEvent;

/**
 * Keeps what {@link JobMetrics} throw away from those who do the work. The first failure
 * is logged. Thread-safe if the metrics are.
 *
 * @since 0.1.0
 */
public final class SafeJobMetrics implements JobMetrics {

	private static final Log logger = LogFactory.getLog(SafeJobMetrics.class);

	private final JobMetrics metrics;

	private final AtomicBoolean hasFailed = new AtomicBoolean();

	private SafeJobMetrics(JobMetrics metrics) {
		this.metrics = metrics;
	}

	/**
	 * Return metrics that do not throw.
	 * @param metrics any metrics
	 * @return the same if they do nothing
	 */
	public static JobMetrics of(JobMetrics metrics) {
		return (metrics == NONE || metrics instanceof SafeJobMetrics) ? metrics : new SafeJobMetrics(metrics);
	}

	@Override
	public void enqueued(String queue, String handler, int jobs) {
		safely(() -> this.metrics.enqueued(queue, handler, jobs));
	}

	@Override
	public void started(String queue, String handler, Duration waited) {
		safely(() -> this.metrics.started(queue, handler, waited));
	}

	@Override
	public void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
		safely(() -> this.metrics.finished(queue, handler, outcome, elapsed));
	}

	@Override
	public void workerStarted(List<String> pools) {
		safely(() -> this.metrics.workerStarted(pools));
	}

	@Override
	public void exchanged(String pool, Duration elapsed, int settled, int claimed) {
		safely(() -> this.metrics.exchanged(pool, elapsed, settled, claimed));
	}

	@Override
	public void exchangeFailed(String pool, Duration elapsed) {
		safely(() -> this.metrics.exchangeFailed(pool, elapsed));
	}

	@Override
	public void heartbeatLate() {
		safely(this.metrics::heartbeatLate);
	}

	@Override
	public void lapsed() {
		safely(this.metrics::lapsed);
	}

	@Override
	public void rescued(int nodes, int jobs, int abandoned) {
		safely(() -> this.metrics.rescued(nodes, jobs, abandoned));
	}

	@Override
	public void fired(String queue, String handler, int jobs) {
		safely(() -> this.metrics.fired(queue, handler, jobs));
	}

	@Override
	public void misfired(String queue, String handler) {
		safely(() -> this.metrics.misfired(queue, handler));
	}

	@Override
	public void overlapped(String queue, String handler) {
		safely(() -> this.metrics.overlapped(queue, handler));
	}

	private void safely(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	private void failed(Throwable failure) {
		if (this.hasFailed.compareAndSet(false, true)) {
			try {
				logger.error("Metrics of the job queue failed; jobs run nevertheless, further failures are not logged",
						failure);
			}
			catch (Throwable ex) {
				// What it threw cannot even be shown.
			}
		}
	}

}
