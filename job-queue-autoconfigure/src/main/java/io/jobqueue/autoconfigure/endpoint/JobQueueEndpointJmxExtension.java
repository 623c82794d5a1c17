package io.jobqueue.autoconfigure.endpoint;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.util.Assert;

import io.jobqueue.autoconfigure.endpoint.JobQueueEndpoint.Action;

/**
 * The names of the operations of {@link JobQueueEndpoint} over JMX.
 *
 * @since 0.1.0
 */
@EndpointJmxExtension(endpoint = JobQueueEndpoint.class)
public final class JobQueueEndpointJmxExtension {

	private final JobQueueEndpoint endpoint;

	private final Show showValues;

	/**
	 * Create an extension.
	 * @param endpoint what it extends
	 * @param showValues when to show arguments, headers and results; who gets to JMX is
	 * authorized
	 */
	public JobQueueEndpointJmxExtension(JobQueueEndpoint endpoint, Show showValues) {
		Assert.notNull(endpoint, "'endpoint' must not be null");
		Assert.notNull(showValues, "'showValues' must not be null");
		this.endpoint = endpoint;
		this.showValues = showValues;
	}

	@ReadOperation
	public JobQueueDescriptors.Queues queues() {
		return this.endpoint.queues();
	}

	@ReadOperation
	public JobQueueDescriptors.Queue queue(String name) {
		return this.endpoint.queue(name);
	}

	@ReadOperation
	public JobQueueDescriptors.Nodes nodes() {
		return this.endpoint.nodes();
	}

	@ReadOperation
	public JobQueueDescriptors.Limits limits() {
		return this.endpoint.limits();
	}

	@WriteOperation
	public void setLimit(String queue, @Nullable String handler, @Nullable String scope, @Nullable String maxConcurrent,
			@Nullable String rate) {
		this.endpoint.limit(LimitInput.target(queue, handler, scope), LimitInput.limit(maxConcurrent, rate));
	}

	@DeleteOperation
	public void resetLimit(String queue, @Nullable String handler, @Nullable String scope) {
		this.endpoint.limit(LimitInput.target(queue, handler, scope), null);
	}

	@ReadOperation
	public JobQueueDescriptors.Jobs jobs(@Nullable String state, @Nullable String queue, @Nullable String handler,
			@Nullable String createdFrom, @Nullable String createdBefore, @Nullable String before,
			@Nullable String limit) {
		return this.endpoint.jobs(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit));
	}

	@ReadOperation
	public JobQueueDescriptors.Job job(String id) {
		return this.endpoint.job(id, this.showValues.isShown(true));
	}

	@ReadOperation
	public ExplanationDescriptors.Explanation explainJob(String id) {
		return this.endpoint.explain(id, this.showValues.isShown(true));
	}

	@ReadOperation
	public RecurringDescriptors.RecurringJobs recurringJobs() {
		return this.endpoint.recurringJobs();
	}

	@ReadOperation
	public RecurringDescriptors.Recurring recurringJob(String name) {
		return this.endpoint.recurringJob(name);
	}

	@WriteOperation
	public RecurringDescriptors.Triggered triggerRecurringJob(String name) {
		return this.endpoint.trigger(name);
	}

	@WriteOperation
	public void pauseRecurringJob(String name) {
		this.endpoint.pauseRecurringJob(name);
	}

	@WriteOperation
	public void resumeRecurringJob(String name) {
		this.endpoint.resumeRecurringJob(name);
	}

	@ReadOperation
	public WorkflowDescriptors.Workflows workflows(@Nullable String state, @Nullable String before,
			@Nullable String limit) {
		return this.endpoint.workflows(state, before, limit);
	}

	@ReadOperation
	public OperationResponseBody workflow(String id) {
		return this.endpoint.workflow(id);
	}

	@WriteOperation
	public WorkflowDescriptors.WorkflowChange cancelWorkflow(String id) {
		return this.endpoint.cancelWorkflow(id);
	}

	@WriteOperation
	public WorkflowDescriptors.WorkflowChange retryWorkflow(String id) {
		return this.endpoint.retryWorkflow(id);
	}

	@WriteOperation
	public void pauseQueue(String name) {
		this.endpoint.pause(name);
	}

	@WriteOperation
	public void resumeQueue(String name) {
		this.endpoint.resume(name);
	}

	@WriteOperation
	public JobQueueDescriptors.JobChange retryJob(String id) {
		return this.endpoint.change(id, Action.RETRY);
	}

	@WriteOperation
	public JobQueueDescriptors.JobChange cancelJob(String id) {
		return this.endpoint.change(id, Action.CANCEL);
	}

	@DeleteOperation
	public JobQueueDescriptors.JobChange deleteJob(String id) {
		return this.endpoint.change(id, Action.DELETE);
	}

	@WriteOperation
	public JobQueueDescriptors.JobChanges retryJobs(@Nullable String state, @Nullable String queue,
			@Nullable String handler, @Nullable String createdFrom, @Nullable String createdBefore,
			@Nullable String before, @Nullable String limit) {
		return this.endpoint.change(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit),
				Action.RETRY);
	}

	@WriteOperation
	public JobQueueDescriptors.JobChanges cancelJobs(@Nullable String state, @Nullable String queue,
			@Nullable String handler, @Nullable String createdFrom, @Nullable String createdBefore,
			@Nullable String before, @Nullable String limit) {
		return this.endpoint.change(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit),
				Action.CANCEL);
	}

	@DeleteOperation
	public JobQueueDescriptors.JobChanges deleteJobs(@Nullable String state, @Nullable String queue,
			@Nullable String handler, @Nullable String createdFrom, @Nullable String createdBefore,
			@Nullable String before, @Nullable String limit) {
		return this.endpoint.change(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit),
				Action.DELETE);
	}

}
