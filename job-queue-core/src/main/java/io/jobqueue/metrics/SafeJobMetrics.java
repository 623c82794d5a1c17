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
		try {
			this.metrics.enqueued(queue, handler, jobs);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void started(String queue, String handler, Duration waited) {
		try {
			this.metrics.started(queue, handler, waited);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
		try {
			this.metrics.finished(queue, handler, outcome, elapsed);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void workerStarted(List<String> pools) {
		try {
			this.metrics.workerStarted(pools);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void exchanged(String pool, Duration elapsed, int settled, int claimed) {
		try {
			this.metrics.exchanged(pool, elapsed, settled, claimed);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void exchangeFailed(String pool, Duration elapsed) {
		try {
			this.metrics.exchangeFailed(pool, elapsed);
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void heartbeatLate() {
		try {
			this.metrics.heartbeatLate();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void lapsed() {
		try {
			this.metrics.lapsed();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	@Override
	public void rescued(int nodes, int jobs, int abandoned) {
		try {
			this.metrics.rescued(nodes, jobs, abandoned);
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
