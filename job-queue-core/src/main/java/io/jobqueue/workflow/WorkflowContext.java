package io.jobqueue.workflow;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobMethod;
import io.jobqueue.JobSpec;
import io.jobqueue.handler.Injected;

/**
 * What a task sees of its workflow: a parameter of this type of a {@code @Job} method.
 * Not thread-safe; of use as long as the handler runs.
 *
 * @since 0.1.0
 */
@Injected
public interface WorkflowContext {

	/**
	 * Return the identity of the workflow.
	 * @return the id
	 */
	WorkflowId id();

	/**
	 * Return the name of the workflow.
	 * @return the name
	 */
	String name();

	/**
	 * Return the name of this task.
	 * @return the name
	 */
	String task();

	/**
	 * Return the input of the workflow.
	 * @param <T> the type
	 * @param type the type to read it as
	 * @return the input; {@code null} if it has none
	 */
	<T> @Nullable T input(Class<T> type);

	/**
	 * Return what another task has returned.
	 * @param <T> the type
	 * @param task the name of the task, one that this one waits for, directly or through
	 * others
	 * @param type the type to read it as
	 * @return the value; {@code null} if it returned nothing
	 * @throws IllegalArgumentException if this task does not wait for that one
	 */
	<T> @Nullable T result(String task, Class<T> type);

	/**
	 * Add a task to this workflow, which begins not before this one has succeeded. A
	 * retry of this task that adds a task of the same name again changes nothing. On
	 * PostgreSQL in the transaction of the handler.
	 * @param task its name
	 * @param job its job
	 * @param after the names of further tasks that it waits for; those that have ended,
	 * or do not exist, are not waited for
	 */
	void add(String task, JobSpec job, String... after);

	/**
	 * Add a task by the name of its handler, all of whose parameters are supplied.
	 * @param task its name
	 * @param handler the name of the handler
	 * @param after the names of further tasks that it waits for
	 */
	void add(String task, String handler, String... after);

	/**
	 * Add a task whose method has no parameters.
	 * @param <T> the type of the bean
	 * @param task its name
	 * @param method the method
	 * @param after the names of further tasks that it waits for
	 */
	<T> void add(String task, JobMethod.Of0<T> method, String... after);

	/**
	 * Add a task whose method has one parameter that is supplied: {@link TaskResult},
	 * {@link WorkflowContext} or {@link io.jobqueue.JobContext}.
	 * @param <T> the type of the bean
	 * @param <A> the type of the parameter
	 * @param task its name
	 * @param method the method
	 * @param after the names of further tasks that it waits for
	 */
	<T, A> void add(String task, JobMethod.Of1<T, A> method, String... after);

	/**
	 * Add a task whose method has two parameters that are supplied.
	 * @param <T> the type of the bean
	 * @param <A> the type of the first parameter
	 * @param <B> the type of the second parameter
	 * @param task its name
	 * @param method the method
	 * @param after the names of further tasks that it waits for
	 */
	<T, A, B> void add(String task, JobMethod.Of2<T, A, B> method, String... after);

	/**
	 * Add a task whose method has three parameters that are supplied.
	 * @param <T> the type of the bean
	 * @param <A> the type of the first parameter
	 * @param <B> the type of the second parameter
	 * @param <C> the type of the third parameter
	 * @param task its name
	 * @param method the method
	 * @param after the names of further tasks that it waits for
	 */
	<T, A, B, C> void add(String task, JobMethod.Of3<T, A, B, C> method, String... after);

	/**
	 * Start another workflow that belongs to this task: when the handler has returned,
	 * the task waits for the end of that workflow, without a thread, and fails if it does
	 * not succeed.
	 * @param child the workflow
	 * @return how to watch it
	 */
	WorkflowHandle start(WorkflowSpec child);

}
