package io.jobqueue.observation;

import java.util.List;
import java.util.function.Function;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.interceptor.OutgoingJob;

/**
 * The context of an observed enqueue: of one call of the store, with one job or several.
 * What is injected into it travels in the headers of all of them.
 *
 * @since 0.1.0
 */
public final class JobEnqueueObservationContext extends SenderContext<List<OutgoingJob>> {

	/**
	 * What is longer is not sent along: an enqueue must not fail because the headers of a
	 * job have no room for its trace.
	 */
	static final int MAX_LENGTH = 4096;

	private final List<OutgoingJob> jobs;

	private final @Nullable String handler;

	private final @Nullable String queue;

	private List<JobId> ids = List.of();

	/**
	 * Create a context.
	 * @param jobs the jobs, at least one
	 */
	public JobEnqueueObservationContext(List<OutgoingJob> jobs) {
		super(JobEnqueueObservationContext::set, Kind.PRODUCER);
		setCarrier(jobs);
		this.jobs = jobs;
		this.handler = common(OutgoingJob::handler);
		this.queue = common(OutgoingJob::queue);
	}

	private static void set(@Nullable List<OutgoingJob> jobs, String name, String value) {
		if (jobs != null && value.length() <= MAX_LENGTH) {
			jobs.forEach((job) -> job.header(name, value));
		}
	}

	private @Nullable String common(Function<OutgoingJob, String> property) {
		String first = property.apply(this.jobs.get(0));
		return this.jobs.stream().allMatch((job) -> property.apply(job).equals(first)) ? first : null;
	}

	/**
	 * Return the jobs.
	 * @return the jobs, at least one
	 */
	public List<OutgoingJob> getJobs() {
		return this.jobs;
	}

	/**
	 * Return the handler of the jobs.
	 * @return the name, or {@code null} if they have several
	 */
	public @Nullable String getHandler() {
		return this.handler;
	}

	/**
	 * Return the queue of the jobs.
	 * @return the name, or {@code null} if they have several
	 */
	public @Nullable String getQueue() {
		return this.queue;
	}

	/**
	 * Return the ids of the jobs.
	 * @return the ids in the order of the jobs; empty unless the store has accepted them
	 */
	public List<JobId> getIds() {
		return this.ids;
	}

	void setIds(List<JobId> ids) {
		this.ids = ids;
	}

}
