package io.jobqueue.workflow;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A workflow that was started. Any node can have one: {@link Workflows#find}. Every call
 * asks the store. Thread-safe.
 *
 * @since 0.1.0
 */
public interface WorkflowHandle {

	/**
	 * Return the identity of the workflow.
	 * @return the id
	 */
	WorkflowId id();

	/**
	 * Return how it is doing.
	 * @return the status
	 * @throws WorkflowNotFoundException if it is not kept any longer
	 */
	WorkflowStatus status();

	/**
	 * Return how its tasks are doing.
	 * @return the tasks in the order of their definition
	 */
	List<TaskStatus> tasks();

	/**
	 * Return how the first of its tasks are doing: enough to show, however many there
	 * are.
	 * @param limit how many at most, at least 1
	 * @return the tasks in the order of their definition
	 */
	List<TaskStatus> tasks(int limit);

	/**
	 * Return what a task has returned.
	 * @param <T> the type
	 * @param task the name of the task
	 * @param type the type to read it as
	 * @return the value; {@code null} if it returned nothing, or has not succeeded
	 * @throws IllegalArgumentException if the workflow has no such task
	 */
	<T> @Nullable T result(String task, Class<T> type);

	/**
	 * Wait until it has ended.
	 * @param timeout how long at most
	 * @return how it ended
	 * @throws WorkflowAwaitTimeoutException if it did not end in time
	 */
	WorkflowStatus await(Duration timeout);

	/**
	 * Return how it ends, once it has ended.
	 * @return the future, completed on a thread of the library; cancel it if nobody wants
	 * to know any more
	 */
	CompletableFuture<WorkflowStatus> future();

	/**
	 * Call it off: nothing starts any more, what is running is asked to stop, what is
	 * complete stays so. Does nothing if it has ended.
	 */
	void cancel();

	/**
	 * Let a workflow that has ended without success go on from the tasks that failed or
	 * were cancelled; those that have succeeded do not run again. Its timeout does not
	 * begin again. Does nothing if it is running or has succeeded.
	 */
	void retry();

	/**
	 * Return the workflow as the text of a Mermaid diagram, with the states of its tasks.
	 * @return the text
	 */
	String mermaid();

}
