package io.jobqueue.workflow;

import java.util.function.Function;

import org.springframework.util.Assert;

import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.store.NewJob;

/**
 * Checks jobs that become part of a workflow or batch.
 */
final class Jobs {

	private Jobs() {
	}

	static NewJob prepare(JobRequest request, Function<JobRequest, NewJob> jobs) {
		NewJob job = jobs.apply(request);
		Assert.isTrue(job.unique() == null,
				"its job is unique, so it might be another one that runs: leave out unique(..), or enqueue a unique job"
						+ " from the task");
		Assert.isTrue(!job.queue().equals(JobNames.EPHEMERAL_QUEUE),
				"its job is ephemeral, so it might be lost: make it durable()");
		return job;
	}

}
