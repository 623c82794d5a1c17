package io.jobqueue.client;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobId;
import io.jobqueue.JobRejectedException;
import io.jobqueue.JobRequest;
import io.jobqueue.UnknownJobHandlerException;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.store.NewJob;

/**
 * Tells ephemeral requests from durable ones, and refuses those that ask for what only a
 * store can do.
 */
final class EphemeralRequests {

	private final Supplier<? extends @Nullable EphemeralJobs> jobs;

	private final JobHandlerRegistry registry;

	EphemeralRequests(Supplier<? extends @Nullable EphemeralJobs> jobs, JobHandlerRegistry registry) {
		this.jobs = jobs;
		this.registry = registry;
	}

	static boolean isEphemeral(JobRequest request, ResolvedTarget target) {
		Boolean isDurable = request.durable();
		return (isDurable != null) ? !isDurable : !target.durable();
	}

	/**
	 * Return whether a request is ephemeral, after checking it if it is.
	 */
	boolean accept(JobRequest request, ResolvedTarget target) {
		if (!isEphemeral(request, target)) {
			return false;
		}
		Assert.isTrue(request.queue() == null, () -> describe(target) + " goes through no queue, so it cannot be put"
				+ " into '" + request.queue() + "': leave out queue(..), or make it durable()");
		Assert.isTrue(request.runAt() == null, () -> describe(target)
				+ " cannot wait for an instant, because it knows no clock but that of this node: use in(..), or make it"
				+ " durable()");
		Assert.isTrue(request.unique() == null && target.unique() == null, () -> describe(target)
				+ " cannot be unique, because only a store knows which other jobs there are: make it durable()");
		Assert.isTrue(request.limits() == null && target.limits() == null, () -> describe(target)
				+ " cannot be limited together with others, because only a store knows which there are: make it durable()");
		Assert.isTrue(request.deadline() == null && target.deadline() == null,
				() -> describe(target) + " cannot have a deadline, which only a store keeps: make it durable()");
		if (this.registry.isComplete() && this.registry.find(target.name()) == null) {
			throw new UnknownJobHandlerException(target.name());
		}
		return true;
	}

	private static String describe(ResolvedTarget target) {
		return "An ephemeral job (handler: " + target.name() + ")";
	}

	List<JobId> enqueue(List<NewJob> accepted) {
		EphemeralJobs node = this.jobs.get();
		if (node == null) {
			throw new JobRejectedException("An ephemeral job runs on the node that enqueues it, and this one runs no"
					+ " jobs: work jobs here (job-queue.worker.enabled), or make it durable()", null);
		}
		return node.enqueue(accepted);
	}

}
