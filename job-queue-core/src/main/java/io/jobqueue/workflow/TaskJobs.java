package io.jobqueue.workflow;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.springframework.util.Assert;

import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.store.NewJob;

/**
 * Makes the jobs of tasks, and takes them the way of any enqueue. Thread-safe.
 */
final class TaskJobs {

	private final Function<JobRequest, NewJob> preparation;

	private final EnqueuePath path;

	TaskJobs(Function<JobRequest, NewJob> preparation, EnqueuePath path) {
		this.preparation = preparation;
		this.path = path;
	}

	/**
	 * Return the job of a request, checked.
	 */
	NewJob prepare(JobRequest request) {
		NewJob job = this.preparation.apply(request);
		Assert.isTrue(job.unique() == null,
				"its job is unique, so it might be another one that runs: leave out unique(..), or enqueue a unique job"
						+ " from the task");
		Assert.isTrue(!job.queue().equals(JobNames.EPHEMERAL_QUEUE),
				"its job is ephemeral, so it might be lost: make it durable()");
		return job;
	}

	/**
	 * Take jobs past the interceptors.
	 * @param jobs the jobs
	 * @param store takes them with the headers that were attached on the way
	 */
	void send(List<NewJob> jobs, Consumer<List<NewJob>> store) {
		if (!this.path.isIntercepted() || jobs.isEmpty()) {
			store.accept(jobs);
			return;
		}
		this.path.enqueue(jobs, (complete) -> {
			store.accept(complete);
			// Tasks have ids when their turn comes.
			return List.of();
		});
	}

}
