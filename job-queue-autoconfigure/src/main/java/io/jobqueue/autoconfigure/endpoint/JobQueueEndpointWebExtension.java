package io.jobqueue.autoconfigure.endpoint;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.Assert;

import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobStoreException;
import io.jobqueue.autoconfigure.endpoint.JobQueueEndpoint.Action;
import io.jobqueue.workflow.WorkflowNotFoundException;

/**
 * The paths of {@link JobQueueEndpoint} over HTTP, and what is answered if something is
 * wrong: 400 for what cannot be read, 404 for what does not exist, 503 if the store does
 * not answer; each with a message.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = JobQueueEndpoint.class)
@RegisterReflectionForBinding({ JobQueueDescriptors.Overview.class, JobQueueDescriptors.Queues.class,
		JobQueueDescriptors.Queue.class, JobQueueDescriptors.Nodes.class, JobQueueDescriptors.Node.class,
		JobQueueDescriptors.Jobs.class, JobQueueDescriptors.Job.class, JobQueueDescriptors.JobChange.class,
		JobQueueDescriptors.JobChanges.class, JobQueueDescriptors.Limits.class,
		ExplanationDescriptors.Explanation.class, RecurringDescriptors.RecurringJobs.class,
		RecurringDescriptors.Recurring.class, RecurringDescriptors.Triggered.class, WorkflowDescriptors.Workflows.class,
		WorkflowDescriptors.WorkflowDetail.class, WorkflowDescriptors.BatchDetail.class,
		WorkflowDescriptors.WorkflowChange.class, JobQueueDescriptors.Problem.class })
public final class JobQueueEndpointWebExtension {

	private static final String QUEUES = "queues";

	private static final String NODES = "nodes";

	private static final String JOBS = "jobs";

	private static final String LIMITS = "limits";

	private static final String RECURRING = "recurring";

	private static final String WORKFLOWS = "workflows";

	private final JobQueueEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create an extension.
	 * @param endpoint what it extends
	 * @param showValues when to show arguments, headers and results
	 * @param roles the roles that are authorized to see them; all users if empty
	 */
	public JobQueueEndpointWebExtension(JobQueueEndpoint endpoint, Show showValues, Set<String> roles) {
		Assert.notNull(endpoint, "'endpoint' must not be null");
		Assert.notNull(showValues, "'showValues' must not be null");
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> overview() {
		return answer(this.endpoint::overview);
	}

	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> list(@Selector String section, @Nullable String state,
			@Nullable String queue, @Nullable String handler, @Nullable String createdFrom,
			@Nullable String createdBefore, @Nullable String before, @Nullable String limit) {
		return answer(() -> switch (section) {
			case QUEUES -> this.endpoint.queues();
			case NODES -> this.endpoint.nodes();
			case LIMITS -> this.endpoint.limits();
			case RECURRING -> this.endpoint.recurringJobs();
			case WORKFLOWS -> this.endpoint.workflows(state, before, limit);
			case JOBS ->
				this.endpoint.jobs(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit));
			default -> throw new NotThereException();
		});
	}

	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> one(SecurityContext securityContext, @Selector String section,
			@Selector String name) {
		return answer(() -> switch (section) {
			case QUEUES -> this.endpoint.queue(name);
			case JOBS -> this.endpoint.job(name, this.showValues.isShown(securityContext, this.roles));
			case RECURRING -> this.endpoint.recurringJob(name);
			case WORKFLOWS -> this.endpoint.workflow(name);
			default -> throw new NotThereException();
		});
	}

	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> detail(SecurityContext securityContext, @Selector String section,
			@Selector String name, @Selector String detail) {
		return answer(() -> {
			if (!section.equals(JOBS) || !detail.equals("explain")) {
				throw new NotThereException();
			}
			return this.endpoint.explain(name, this.showValues.isShown(securityContext, this.roles));
		});
	}

	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> act(@Selector String section, @Selector String name,
			@Selector String action) {
		return answer(() -> switch (section + "/" + action) {
			case QUEUES + "/pause" -> {
				this.endpoint.pause(name);
				yield null;
			}
			case QUEUES + "/resume" -> {
				this.endpoint.resume(name);
				yield null;
			}
			case JOBS + "/retry" -> this.endpoint.change(name, Action.RETRY);
			case JOBS + "/cancel" -> this.endpoint.change(name, Action.CANCEL);
			case WORKFLOWS + "/cancel" -> this.endpoint.cancelWorkflow(name);
			case WORKFLOWS + "/retry" -> this.endpoint.retryWorkflow(name);
			case RECURRING + "/trigger" -> this.endpoint.trigger(name);
			case RECURRING + "/pause" -> {
				this.endpoint.pauseRecurringJob(name);
				yield null;
			}
			case RECURRING + "/resume" -> {
				this.endpoint.resumeRecurringJob(name);
				yield null;
			}
			default -> throw new NotThereException();
		});
	}

	/**
	 * Act on all jobs that pass a filter, or set a limit: what has a body.
	 */
	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> actOnAll(@Selector String section, @Selector String name,
			@Nullable String state, @Nullable String queue, @Nullable String handler, @Nullable String createdFrom,
			@Nullable String createdBefore, @Nullable String before, @Nullable String limit, @Nullable String scope,
			@Nullable String maxConcurrent, @Nullable String rate) {
		return answer(() -> {
			if (section.equals(LIMITS)) {
				this.endpoint.limit(LimitInput.target(name, handler, scope), LimitInput.limit(maxConcurrent, rate));
				return null;
			}
			Action action = switch (section + "/" + name) {
				case JOBS + "/retry" -> Action.RETRY;
				case JOBS + "/cancel" -> Action.CANCEL;
				default -> throw new NotThereException();
			};
			return this.endpoint
				.change(JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit), action);
		});
	}

	@DeleteOperation
	public WebEndpointResponse<OperationResponseBody> delete(@Selector String section, @Selector String name,
			@Nullable String handler, @Nullable String scope) {
		return answer(() -> switch (section) {
			case JOBS -> this.endpoint.change(name, Action.DELETE);
			case LIMITS -> {
				this.endpoint.limit(LimitInput.target(name, handler, scope), null);
				yield null;
			}
			default -> throw new NotThereException();
		});
	}

	@DeleteOperation
	public WebEndpointResponse<OperationResponseBody> deleteAll(@Selector String section, @Nullable String state,
			@Nullable String queue, @Nullable String handler, @Nullable String createdFrom,
			@Nullable String createdBefore, @Nullable String before, @Nullable String limit) {
		return answer(() -> {
			if (!section.equals(JOBS)) {
				throw new NotThereException();
			}
			return this.endpoint.change(
					JobQuery.parse(state, queue, handler, createdFrom, createdBefore, before, limit), Action.DELETE);
		});
	}

	private static WebEndpointResponse<OperationResponseBody> answer(
			Supplier<? extends @Nullable OperationResponseBody> body) {
		try {
			OperationResponseBody content = body.get();
			return (content != null) ? new WebEndpointResponse<>(content)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		}
		catch (InvalidEndpointRequestException ex) {
			return problem(ex.getReason(), WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (JobNotFoundException | WorkflowNotFoundException | NotThereException ex) {
			return problem(ex.getMessage(), WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (JobStoreException ex) {
			return problem(ex.getMessage(), WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private static WebEndpointResponse<OperationResponseBody> problem(@Nullable String message, int status) {
		return new WebEndpointResponse<>(new JobQueueDescriptors.Problem(String.valueOf(message)), status);
	}

}
