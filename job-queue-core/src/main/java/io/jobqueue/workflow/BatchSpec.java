package io.jobqueue.workflow;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.JobSpec;

/**
 * A batch that is being defined: which jobs it calls back when all of its own have ended.
 * Their handlers get the counts by a parameter of type {@link BatchResult}. Not
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class BatchSpec {

	private final String name;

	private final Function<BatchSpec, Batch> opener;

	private final Map<Callback, JobRequest> callbacks = new EnumMap<>(Callback.class);

	BatchSpec(String name, Function<BatchSpec, Batch> opener) {
		this.name = JobNames.requireValid("batch name", name);
		this.opener = opener;
	}

	/**
	 * Set a job that is enqueued when all jobs have succeeded.
	 * @param job the job
	 * @return this
	 */
	public BatchSpec onSuccess(JobSpec job) {
		this.callbacks.put(Callback.ON_SUCCESS, job.request());
		return this;
	}

	/**
	 * Set a job that is enqueued when all jobs have ended and not all have succeeded.
	 * @param job the job
	 * @return this
	 */
	public BatchSpec onFailure(JobSpec job) {
		this.callbacks.put(Callback.ON_FAILURE, job.request());
		return this;
	}

	/**
	 * Set a job that is enqueued when all jobs have ended, however they did.
	 * @param job the job
	 * @return this
	 */
	public BatchSpec onFinished(JobSpec job) {
		this.callbacks.put(Callback.ON_FINISHED, job.request());
		return this;
	}

	/**
	 * Open the batch, so that it can be given jobs until it is closed.
	 * @return the batch
	 */
	public Batch open() {
		return this.opener.apply(this);
	}

	/**
	 * Enqueue jobs as one batch that gets no more.
	 * @param jobs the jobs, taken in chunks
	 * @return the batch
	 */
	public Batch enqueue(Stream<JobRequest> jobs) {
		Batch batch = open();
		batch.add(jobs);
		batch.close();
		return batch;
	}

	String name() {
		return this.name;
	}

	Map<Callback, JobRequest> callbacks() {
		return this.callbacks;
	}

}
