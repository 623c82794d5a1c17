package io.jobqueue.benchmarks.engine.jobqueue;

import io.jobqueue.JobAdmin;
import io.jobqueue.autoconfigure.endpoint.JobQueueEndpoint;
import io.jobqueue.autoconfigure.endpoint.JobQueueEndpointJmxExtension;

/**
 * What is in a queue, and who can be asked about it.
 *
 * @param admin answers
 * @param overview answers, too
 * @param endpoint the other operations of the endpoint
 * @param waiting some of the jobs that may run
 * @param keyed some of those that wait for others with their key
 * @param scheduled some of those that are not due yet
 * @param running those that run
 * @param finished some of those that have succeeded
 * @param node the node that runs them
 * @param workflow a workflow of some hundred tasks
 */
record Contents(JobAdmin admin, JobQueueEndpoint overview, JobQueueEndpointJmxExtension endpoint, Jobs waiting,
		Jobs keyed, Jobs scheduled, Jobs running, Jobs finished, long node, String workflow) {

	static final String LARGE_QUEUE = "orders";

	static final String SMALL_QUEUE = "reports";

	static final String USUAL_HANDLER = "orders.confirm";

	/** Jobs of it are older than all others that wait. */
	static final String RARE_HANDLER = "reports.rare";

	static final String HEADER = "tenant";

}
