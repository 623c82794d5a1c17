package io.jobqueue.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.event.JobEvent;

/**
 * The context of an observed attempt. What was injected at the enqueue is extracted from
 * the headers of the job.
 *
 * @since 0.1.0
 */
public final class JobProcessObservationContext extends ReceiverContext<JobContext> {

	private final JobContext job;

	private JobEvent.@Nullable Type outcome;

	/**
	 * Create a context.
	 * @param job the job
	 */
	public JobProcessObservationContext(JobContext job) {
		super(JobProcessObservationContext::get, Kind.CONSUMER);
		setCarrier(job);
		this.job = job;
	}

	private static @Nullable String get(JobContext job, String name) {
		return job.headers().get(name);
	}

	/**
	 * Return the job.
	 * @return the job, as its handler sees it
	 */
	public JobContext getJob() {
		return this.job;
	}

	/**
	 * Return how the attempt ended.
	 * @return the end, or {@code null} while it runs
	 */
	public JobEvent.@Nullable Type getOutcome() {
		return this.outcome;
	}

	void setOutcome(JobEvent.Type outcome) {
		this.outcome = outcome;
	}

}
