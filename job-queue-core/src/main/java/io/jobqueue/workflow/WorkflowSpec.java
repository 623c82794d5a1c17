package io.jobqueue.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobMethod;
import io.jobqueue.JobNames;
import io.jobqueue.JobOperations;
import io.jobqueue.JobRequest;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTarget;

/**
 * A workflow that is being defined: tasks, each a job, and what each of them waits for.
 *
 * <pre class="code">
 * workflows.define("smoothie")
 * 	.task("dice-banana", jobs.job(Kitchen::dice, "banana"))
 * 	.task("dice-mango", jobs.job(Kitchen::dice, "mango"))
 * 	.task("blend", Kitchen::blend).after("dice-banana", "dice-mango")
 * 	.task("garnish", Kitchen::garnish).after("blend").continueOnFailure()
 * 	.start();
 * </pre>
 *
 * {@link #after} and {@link #continueOnFailure()} are about the task that was added last.
 * What is wrong with the tasks is told by {@link #start()}, all at once. Not thread-safe;
 * can be started once.
 *
 * @since 0.1.0
 */
public final class WorkflowSpec {

	private final String name;

	private final JobOperations jobs;

	private final BiFunction<WorkflowSpec, @Nullable WorkflowContext, WorkflowHandle> starter;

	private final List<TaskSpec> tasks = new ArrayList<>();

	private @Nullable Object input;

	private @Nullable Duration timeout;

	private @Nullable Integer maxConcurrent;

	private @Nullable Integer maxAttempts;

	private @Nullable Duration taskTimeout;

	private boolean isStarted;

	WorkflowSpec(String name, JobOperations jobs,
			BiFunction<WorkflowSpec, @Nullable WorkflowContext, WorkflowHandle> starter) {
		this.name = JobNames.requireValid("workflow name", name);
		this.jobs = jobs;
		this.starter = starter;
	}

	/**
	 * Set the input, which all tasks can read: {@link WorkflowContext#input}.
	 * @param value the input, written as JSON
	 * @return this
	 */
	public WorkflowSpec input(Object value) {
		Assert.notNull(value, "'input' must not be null");
		this.input = value;
		return this;
	}

	/**
	 * Set when the workflow ends as {@link WorkflowState#TIMED_OUT}. By default it may
	 * take as long as it likes.
	 * @param value how long after its start
	 * @return this
	 */
	public WorkflowSpec timeout(Duration value) {
		this.timeout = JobRequest.requireTimeout(value);
		return this;
	}

	/**
	 * Set how many of its tasks may be enqueued or running at a time, on all nodes. By
	 * default there is no limit.
	 * @param value the number, at least 1
	 * @return this
	 */
	public WorkflowSpec maxConcurrent(int value) {
		Assert.isTrue(value >= 1, () -> "'maxConcurrent' must be at least 1, not " + value);
		this.maxConcurrent = value;
		return this;
	}

	/**
	 * Set the number of attempts of tasks whose jobs do not say it themselves.
	 * @param value the number, from 1 to {@value JobRequest#MAX_ATTEMPTS}
	 * @return this
	 */
	public WorkflowSpec maxAttempts(int value) {
		Assert.isTrue(value >= 1 && value <= JobRequest.MAX_ATTEMPTS,
				() -> "'maxAttempts' must be from 1 to " + JobRequest.MAX_ATTEMPTS + ", not " + value);
		this.maxAttempts = value;
		return this;
	}

	/**
	 * Set how long an attempt of a task may take whose job does not say it itself.
	 * @param value the time
	 * @return this
	 */
	public WorkflowSpec taskTimeout(Duration value) {
		this.taskTimeout = JobRequest.requireTimeout(value);
		return this;
	}

	/**
	 * Add a task.
	 * @param task its name, unique in the workflow: letters, digits, dots, underscores
	 * and dashes
	 * @param job its job, with all options but {@code unique} and {@code ephemeral}
	 * @return this
	 */
	public WorkflowSpec task(String task, JobSpec job) {
		this.tasks.add(new TaskSpec(JobNames.requireValid("task name", task), job.request()));
		return this;
	}

	/**
	 * Add a task by the name of its handler, all of whose parameters are supplied.
	 * @param task its name
	 * @param handler the name of the handler
	 * @return this
	 */
	public WorkflowSpec task(String task, String handler) {
		return task(task, this.jobs.job(handler));
	}

	/**
	 * Add a task whose method has no parameters.
	 * @param <T> the type of the bean
	 * @param task its name
	 * @param method the method
	 * @return this
	 */
	public <T> WorkflowSpec task(String task, JobMethod.Of0<T> method) {
		return task(task, this.jobs.job(JobTarget.of(method)));
	}

	/**
	 * Add a task whose method has one parameter that is supplied: {@link TaskResult},
	 * {@link WorkflowContext} or {@link io.jobqueue.JobContext}.
	 * @param <T> the type of the bean
	 * @param <A> the type of the parameter
	 * @param task its name
	 * @param method the method
	 * @return this
	 */
	public <T, A> WorkflowSpec task(String task, JobMethod.Of1<T, A> method) {
		return task(task, this.jobs.job(JobTarget.of(method)));
	}

	/**
	 * Add a task whose method has two parameters that are supplied.
	 * @param <T> the type of the bean
	 * @param <A> the type of the first parameter
	 * @param <B> the type of the second parameter
	 * @param task its name
	 * @param method the method
	 * @return this
	 */
	public <T, A, B> WorkflowSpec task(String task, JobMethod.Of2<T, A, B> method) {
		return task(task, this.jobs.job(JobTarget.of(method)));
	}

	/**
	 * Add a task whose method has three parameters that are supplied.
	 * @param <T> the type of the bean
	 * @param <A> the type of the first parameter
	 * @param <B> the type of the second parameter
	 * @param <C> the type of the third parameter
	 * @param task its name
	 * @param method the method
	 * @return this
	 */
	public <T, A, B, C> WorkflowSpec task(String task, JobMethod.Of3<T, A, B, C> method) {
		return task(task, this.jobs.job(JobTarget.of(method)));
	}

	/**
	 * Let the task that was added last wait until others have succeeded. It can read
	 * their results, and those of all that they have waited for.
	 * @param others the names of the other tasks, which can be added later
	 * @return this
	 */
	public WorkflowSpec after(String... others) {
		last().after.addAll(Arrays.asList(others));
		return this;
	}

	/**
	 * Let the workflow go on if the task that was added last fails. No other task can
	 * wait for such a task.
	 * @return this
	 */
	public WorkflowSpec continueOnFailure() {
		last().isOptional = true;
		return this;
	}

	private TaskSpec last() {
		Assert.state(!this.tasks.isEmpty(), "Add a task first: task(..)");
		return this.tasks.get(this.tasks.size() - 1);
	}

	/**
	 * Start the workflow, on PostgreSQL in the caller's transaction.
	 * @return how to watch it
	 * @throws InvalidWorkflowException if something is wrong with it; it tells all that
	 * is
	 */
	public WorkflowHandle start() {
		return start(null);
	}

	WorkflowHandle start(@Nullable WorkflowContext parent) {
		Assert.state(!this.isStarted, "This workflow has been started: define(..) another one");
		WorkflowHandle handle = this.starter.apply(this, parent);
		this.isStarted = true;
		return handle;
	}

	String name() {
		return this.name;
	}

	List<TaskSpec> tasks() {
		return this.tasks;
	}

	@Nullable Object input() {
		return this.input;
	}

	@Nullable Duration timeout() {
		return this.timeout;
	}

	@Nullable Integer maxConcurrent() {
		return this.maxConcurrent;
	}

	@Nullable Integer maxAttempts() {
		return this.maxAttempts;
	}

	@Nullable Duration taskTimeout() {
		return this.taskTimeout;
	}

	/**
	 * A task that is being defined.
	 */
	static final class TaskSpec {

		private final String name;

		private final JobRequest request;

		private final Set<String> after = new LinkedHashSet<>();

		private boolean isOptional;

		TaskSpec(String name, JobRequest request) {
			this.name = name;
			this.request = request;
		}

		String name() {
			return this.name;
		}

		JobRequest request() {
			return this.request;
		}

		Set<String> after() {
			return this.after;
		}

		boolean isOptional() {
			return this.isOptional;
		}

	}

}
