package io.jobqueue.sample;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import org.springframework.stereotype.Component;

import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobListener;

/**
 * Counts what this node has run since its start.
 */
@Component
class RunStatistics implements JobListener {

	private static final Set<JobEvent.Type> ATTEMPTS = EnumSet.of(JobEvent.Type.SUCCEEDED, JobEvent.Type.RETRIED,
			JobEvent.Type.FAILED);

	private long attempts;

	private long startedAt;

	private long endedAt;

	@Override
	public synchronized void onJobEvent(JobEvent event) {
		if (!ATTEMPTS.contains(event.type()) || !OrderJobs.QUEUES.contains(event.queue())) {
			return;
		}
		this.endedAt = System.nanoTime();
		if (this.attempts++ == 0) {
			this.startedAt = this.endedAt - event.elapsed().toNanos();
		}
	}

	synchronized long attempts() {
		return this.attempts;
	}

	/**
	 * Return the time from the start of the first attempt to the end of the last one.
	 */
	synchronized Duration elapsed() {
		return Duration.ofNanos(this.endedAt - this.startedAt);
	}

}
