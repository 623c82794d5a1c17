package io.jobqueue.autoconfigure.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.util.Assert;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;
import io.jobqueue.LimitTarget;
import io.jobqueue.autoconfigure.JobStoreType;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.WorkerStatus;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.Workflows;

/**
 * The {@link Endpoint @Endpoint} of the job queue: looks at queues, jobs, recurring jobs,
 * workflows and nodes, and, if write access is given, acts on them. By default it only
 * reads.
 * <p>
 * What it does is here. {@link JobQueueEndpointWebExtension} gives it paths and statuses,
 * {@link JobQueueEndpointJmxExtension} names.
 *
 * @since 0.1.0
 */
@Endpoint(id = "jobqueue", defaultAccess = Access.READ_ONLY)
public final class JobQueueEndpoint {

	private static final int USUAL_PAGE_SIZE = 50;

	private final JobStore store;

	private final JobAdmin admin;

	private final @Nullable JobWorker worker;

	private final RecurringJobs recurringJobs;

	private final WorkflowSection workflows;

	private final JobValues values;

	/**
	 * Create an endpoint.
	 * @param store where jobs are kept
	 * @param admin looks at jobs and acts on them
	 * @param worker the worker of this node, or {@code null} if it only enqueues
	 * @param recurringJobs looks at recurring jobs and acts on them
	 * @param workflows looks at workflows and batches, and acts on them
	 * @param sanitizingFunctions what to hide of arguments, headers and results that are
	 * shown
	 */
	public JobQueueEndpoint(JobStore store, JobAdmin admin, @Nullable JobWorker worker, RecurringJobs recurringJobs,
			Workflows workflows, List<SanitizingFunction> sanitizingFunctions) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(admin, "'admin' must not be null");
		Assert.notNull(recurringJobs, "'recurringJobs' must not be null");
		Assert.notNull(workflows, "'workflows' must not be null");
		this.store = store;
		this.admin = admin;
		this.worker = worker;
		this.recurringJobs = recurringJobs;
		this.workflows = new WorkflowSection(store, workflows);
		this.values = new JobValues(sanitizingFunctions);
	}

	/**
	 * Return the job queue at a glance.
	 * @return what there is
	 */
	@ReadOperation
	public JobQueueDescriptors.Overview overview() {
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		return JobQueueDescriptors.Overview.of(JobStoreType.nameOf(this.store),
				(status != null) ? JobQueueDescriptors.Worker.of(status) : null, this.admin.nodes(),
				this.admin.queues());
	}

	JobQueueDescriptors.Queues queues() {
		return new JobQueueDescriptors.Queues(this.admin.queues().stream().map(JobQueueDescriptors.Queue::of).toList());
	}

	JobQueueDescriptors.Queue queue(String name) {
		return this.admin.queues()
			.stream()
			.filter((queue) -> queue.name().equals(name))
			.map(JobQueueDescriptors.Queue::of)
			.findFirst()
			.orElseThrow(() -> new NotThereException(
					"There is no queue '" + name + "': it has no jobs, is not paused, and no node works it"));
	}

	void pause(String queue) {
		this.admin.pause(JobQuery.name("queue name", queue));
	}

	void resume(String queue) {
		this.admin.resume(JobQuery.name("queue name", queue));
	}

	JobQueueDescriptors.Nodes nodes() {
		return new JobQueueDescriptors.Nodes(this.admin.nodes().stream().map(JobQueueDescriptors.Node::of).toList());
	}

	JobQueueDescriptors.Limits limits() {
		return JobQueueDescriptors.Limits.of(this.admin.limits());
	}

	/**
	 * Set a limit; {@code null} for what the configuration or the jobs themselves say.
	 */
	void limit(LimitTarget target, @Nullable JobLimit limit) {
		this.admin.limit(target, limit);
	}

	JobQueueDescriptors.Jobs jobs(JobQuery query) {
		return JobQueueDescriptors.Jobs.of(query.find(this.admin, USUAL_PAGE_SIZE));
	}

	JobQueueDescriptors.Job job(String id, boolean isShown) {
		return JobQueueDescriptors.Job.of(this.admin.get(JobQuery.id(id)), this.values, isShown);
	}

	/**
	 * Say why a job is not running.
	 * @throws JobNotFoundException if there is none with that id
	 */
	ExplanationDescriptors.Explanation explain(String id, boolean isShown) {
		return ExplanationDescriptors.Explanation.of(this.admin.explain(JobQuery.id(id)), this.values, isShown);
	}

	RecurringDescriptors.RecurringJobs recurringJobs() {
		return new RecurringDescriptors.RecurringJobs(
				this.recurringJobs.list().stream().map(RecurringDescriptors.Recurring::of).toList());
	}

	RecurringDescriptors.Recurring recurringJob(String name) {
		return this.recurringJobs.find(recurringName(name))
			.map(RecurringDescriptors.Recurring::of)
			.orElseThrow(() -> noRecurringJob(name));
	}

	/**
	 * Enqueue a job of a recurring one now.
	 */
	RecurringDescriptors.Triggered trigger(String name) {
		recurringJob(name);
		return new RecurringDescriptors.Triggered(this.recurringJobs.trigger(name).value());
	}

	void pauseRecurringJob(String name) {
		if (!this.recurringJobs.pause(recurringName(name))) {
			throw noRecurringJob(name);
		}
	}

	void resumeRecurringJob(String name) {
		if (!this.recurringJobs.resume(recurringName(name))) {
			throw noRecurringJob(name);
		}
	}

	private static String recurringName(String name) {
		return JobQuery.name("name of a recurring job", name);
	}

	private static NotThereException noRecurringJob(String name) {
		return new NotThereException("There is no recurring job '" + name + "'");
	}

	WorkflowDescriptors.Workflows workflows(@Nullable String state, @Nullable String before, @Nullable String limit) {
		return this.workflows.page(state, before, limit, USUAL_PAGE_SIZE);
	}

	/**
	 * Return a workflow with its tasks, or a batch with its counts.
	 */
	OperationResponseBody workflow(String id) {
		return this.workflows.one(id);
	}

	WorkflowDescriptors.WorkflowChange cancelWorkflow(String id) {
		return this.workflows.change(id, WorkflowHandle::cancel);
	}

	WorkflowDescriptors.WorkflowChange retryWorkflow(String id) {
		return this.workflows.change(id, WorkflowHandle::retry);
	}

	/**
	 * Act on one job.
	 * @throws JobNotFoundException if there is none with that id
	 */
	JobQueueDescriptors.JobChange change(String id, Action action) {
		JobId job = JobQuery.id(id);
		boolean isChanged = action.apply(this.admin, List.of(job)) > 0;
		JobRecord after = this.admin.find(job).orElse(null);
		if (after == null && !isChanged) {
			throw new JobNotFoundException(job);
		}
		return new JobQueueDescriptors.JobChange(job.value(), isChanged, (after != null) ? after.state() : null);
	}

	/**
	 * Act on a page of jobs: on so many at once that nobody has to wait long.
	 */
	JobQueueDescriptors.JobChanges change(JobQuery query, Action action) {
		JobPage page = query.requireState(action.toString()).find(this.admin, JobAdmin.MAX_PAGE_SIZE);
		List<JobId> ids = page.jobs().stream().map(JobRecord::id).toList();
		int changed = ids.isEmpty() ? 0 : action.apply(this.admin, ids);
		return JobQueueDescriptors.JobChanges.of(page, changed);
	}

	/**
	 * What can be done with jobs.
	 */
	enum Action {

		RETRY {

			@Override
			ToIntFunction<Collection<JobId>> of(JobAdmin admin) {
				return admin::retry;
			}

		},

		CANCEL {

			@Override
			ToIntFunction<Collection<JobId>> of(JobAdmin admin) {
				return admin::cancel;
			}

		},

		DELETE {

			@Override
			ToIntFunction<Collection<JobId>> of(JobAdmin admin) {
				return admin::delete;
			}

		};

		abstract ToIntFunction<Collection<JobId>> of(JobAdmin admin);

		int apply(JobAdmin admin, List<JobId> ids) {
			return of(admin).applyAsInt(ids);
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
