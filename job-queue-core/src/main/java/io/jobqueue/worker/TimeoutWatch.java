package io.jobqueue.worker;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.handler.JobHandler;

/**
 * Stops attempts that take too long: the thread is interrupted, and the context says that
 * it is over. A thread that goes on nevertheless keeps its slot, and is reported.
 */
final class TimeoutWatch {

	private static final Log logger = LogFactory.getLog(TimeoutWatch.class);

	private static final Duration GRACE = Duration.ofSeconds(5);

	private final ScheduledExecutorService scheduler;

	TimeoutWatch(ScheduledExecutorService scheduler) {
		this.scheduler = scheduler;
	}

	Limit watch(JobExecution execution, JobHandler handler) {
		Duration timeout = execution.job().timeout();
		timeout = (timeout != null) ? timeout : handler.timeout();
		if (timeout == null) {
			return Limit.NONE;
		}
		Duration limit = timeout;
		Limit watch = new Limit();
		watch.future = this.scheduler.schedule(() -> stop(execution, limit, watch), limit.toMillis(),
				TimeUnit.MILLISECONDS);
		return watch;
	}

	private void stop(JobExecution execution, Duration timeout, Limit limit) {
		execution.stop(StopReason.TIMEOUT);
		logger.warn(execution + " is interrupted: it takes longer than its timeout of " + timeout);
		limit.future = this.scheduler.schedule(() -> reportRunaway(execution), GRACE.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void reportRunaway(JobExecution execution) {
		if (execution.isRunning()) {
			execution.runAway();
			logger.error(execution + " does not stop: it was interrupted after its timeout and still runs "
					+ GRACE.toSeconds()
					+ " s later. It keeps its thread until it ends; let the handler react to interrupts or ask"
					+ " JobContext.isActive()");
		}
	}

	/**
	 * The limit of one attempt.
	 */
	static final class Limit {

		static final Limit NONE = new Limit();

		private volatile @Nullable Future<?> future;

		void end() {
			Future<?> pending = this.future;
			if (pending != null) {
				pending.cancel(false);
			}
		}

	}

}
