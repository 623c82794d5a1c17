package io.jobqueue.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.jobqueue.JobId;

/**
 * The definitions of recurring jobs in a store. A change takes place if, and only if, the
 * definition still has the version that was read before, and then together with the jobs
 * that come with it, in one atomic step: so of all nodes that want to fire it one does.
 * Which times are firing times is none of the store's business. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RecurringDefinitions {

	/**
	 * Look what is due by the store's clock. This changes nothing.
	 * @param limit how many due definitions at most, 0 for none
	 * @return what is due, and when to look again
	 */
	RecurringLook look(int limit);

	/**
	 * Change definitions and enqueue their jobs, each of them atomically, in a
	 * transaction of its own. A change whose definition somebody else is just changing
	 * may be refused, too.
	 * @param changes the changes, of different definitions
	 * @return the changes that took place: the ids of the jobs, by the name of the
	 * definition
	 */
	Map<String, List<JobId>> fire(List<RecurringChange> changes);

	/**
	 * Add a definition, and tell the nodes. In the caller's transaction where the store
	 * knows transactions.
	 * @param definition the definition
	 * @return {@code false} if there is one of this name
	 */
	default boolean create(RecurringDefinition definition) {
		return !createAll(List.of(definition)).isEmpty();
	}

	/**
	 * Add definitions, each of them atomically, and tell the nodes. In the caller's
	 * transaction where the store knows transactions.
	 * @param definitions the definitions, with different names
	 * @return the names of those that were added: of the others there was one already
	 */
	Set<String> createAll(Collection<RecurringDefinition> definitions);

	/**
	 * Replace a definition by another one with the same name and queue, and tell the
	 * nodes. In the caller's transaction where the store knows transactions.
	 * @param before the definition as it was read
	 * @param after the definition as it is to be, with another version; its last job
	 * stays what it was
	 * @return {@code false} if it was changed meanwhile
	 */
	boolean replace(RecurringDefinition before, RecurringDefinition after);

	/**
	 * Remove a definition. In the caller's transaction where the store knows
	 * transactions.
	 * @param definition the definition as it was read
	 * @return {@code false} if it was changed meanwhile
	 */
	boolean remove(RecurringDefinition definition);

	/**
	 * Return a definition.
	 * @param name its name
	 * @return the definition, or empty if there is none
	 */
	default Optional<RecurringDefinition> find(String name) {
		return Optional.ofNullable(findAll(List.of(name)).get(name));
	}

	/**
	 * Return some definitions.
	 * @param names their names
	 * @return the definitions that there are, by name
	 */
	Map<String, RecurringDefinition> findAll(Collection<String> names);

	/**
	 * Return all definitions.
	 * @return the definitions by name
	 */
	List<RecurringDefinition> all();

	/**
	 * Return which of some jobs have not ended yet.
	 * @param jobs the jobs
	 * @return those that are waiting or running
	 */
	Set<JobId> live(Collection<JobId> jobs);

	/**
	 * Take note that a running node declares definitions in its code.
	 * @param names the names of the definitions
	 * @param silence how long nobody must have declared a name for it to be returned
	 * @return the names that were declared once, but not for that long by the store's
	 * clock
	 */
	Set<String> declare(Collection<String> names, Duration silence);

	/**
	 * Forget that somebody has ever declared these.
	 * @param names the names
	 */
	void undeclare(Collection<String> names);

}
