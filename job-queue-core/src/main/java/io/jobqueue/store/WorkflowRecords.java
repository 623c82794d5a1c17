package io.jobqueue.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Workflows, batches and their tasks in a store. What a workflow is to do next is none of
 * the store's business. It promises two things: that a job with a {@link TaskRef} does
 * not end without the {@link WorkflowSignal} of it, however it ends; and that a
 * {@link WorkflowChange} takes place as a whole and once, or not at all. Where a workflow
 * and its jobs are spread over servers, that may take some steps, which any node
 * completes if the first one dies. Thread-safe.
 *
 * @since 0.1.0
 */
public interface WorkflowRecords {

	/**
	 * Return the id of a new workflow.
	 * @param queue the queue of most of its jobs, near which it is best kept
	 * @return an id that was never used before
	 */
	long reserve(String queue);

	/**
	 * Create a workflow with its tasks, and enqueue its first jobs. In the caller's
	 * transaction where the store knows transactions.
	 * @param first the workflow and its tasks, with nothing handled
	 */
	void create(WorkflowChange first);

	/**
	 * Post a text to a workflow. In the caller's transaction where the store knows
	 * transactions.
	 * @param workflow the workflow
	 * @param text the text
	 */
	void post(long workflow, String text);

	/**
	 * Enqueue members of a batch, and post a text to it, in one step. In the caller's
	 * transaction where the store knows transactions.
	 * @param workflow the batch
	 * @param members the jobs
	 * @param text the text
	 */
	void enqueue(long workflow, List<NewJob> members, String text);

	/**
	 * Look what is to be done. This changes nothing.
	 * @param limit how many signals at most
	 * @return what is to be done
	 */
	WorkflowLook look(int limit);

	/**
	 * Return workflows.
	 * @param ids their ids
	 * @return those that there are, in no order
	 */
	List<StoredWorkflow> find(Collection<Long> ids);

	/**
	 * Return tasks.
	 * @param numbers the numbers of the tasks, by workflow
	 * @return those that there are, in no order
	 */
	List<StoredTask> tasks(Map<Long, ? extends Collection<Integer>> numbers);

	/**
	 * Return tasks by their names.
	 * @param workflow the workflow
	 * @param names their names
	 * @return those that there are, in no order
	 */
	List<StoredTask> tasksNamed(long workflow, Collection<String> names);

	/**
	 * Return the tasks of a workflow in the order of their numbers.
	 * @param workflow the workflow
	 * @param from the first number
	 * @param limit how many at most
	 * @return the tasks
	 */
	List<StoredTask> tasksFrom(long workflow, int from, int limit);

	/**
	 * Return tasks in a phase, of each workflow those with the smallest numbers.
	 * @param phase the phase, {@link StoredTask.Phase#READY} or
	 * {@link StoredTask.Phase#LIVE}
	 * @param limits how many at most, by workflow
	 * @return the tasks, in no order
	 */
	List<StoredTask> tasksIn(StoredTask.Phase phase, Map<Long, Integer> limits);

	/**
	 * Make changes, each of them atomically. One whose workflow somebody else is just
	 * changing may be refused, too. Never in a transaction of the caller.
	 * @param changes the changes, of different workflows
	 * @return the workflows whose changes took place
	 */
	Set<Long> commit(List<WorkflowChange> changes);

	/**
	 * Drop signals of workflows that are no longer there.
	 * @param signals the signals
	 */
	void drop(List<WorkflowSignal> signals);

	/**
	 * Return workflows, the newest first.
	 * @param state the name of their state, or {@code null} for any
	 * @param before the id that all returned ones are smaller than, or {@code null}
	 * @param limit how many at most
	 * @return the workflows
	 */
	List<StoredWorkflow> newest(@Nullable String state, @Nullable Long before, int limit);

	/**
	 * Count workflows. This is cheap, however many there are.
	 * @param state the name of their state
	 * @param limit where to stop counting
	 * @return how many there are, or the limit if there are more
	 */
	int count(String state, int limit);

	/**
	 * Remove finished workflows with their tasks.
	 * @param age how long ago they must have ended
	 * @param limit how many at most
	 * @return how many were removed
	 */
	int prune(Duration age, int limit);

}
