package io.jobqueue.recurring;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;

/**
 * Changes definitions, and begins again when somebody else was faster. Thread-safe.
 */
final class Catalog {

	private static final int MAX_TRIES = 100;

	private final RecurringDefinitions store;

	Catalog(RecurringDefinitions store) {
		this.store = store;
	}

	RecurringDefinitions store() {
		return this.store;
	}

	Instant now() {
		return this.store.look(0).now();
	}

	/**
	 * Add a definition.
	 * @return the definition, or empty if there is one of this name
	 */
	Optional<RecurringDefinition> create(String name, Recurrence recurrence, NewJob job, @Nullable String application) {
		RecurringDefinition definition = first(name, recurrence, job, application, now());
		return this.store.create(definition) ? Optional.of(definition) : Optional.empty();
	}

	private static RecurringDefinition first(String name, Recurrence recurrence, NewJob job,
			@Nullable String application, Instant now) {
		Instant next = recurrence.firstAfter(now);
		return new RecurringDefinition(name, job.queue(), RecurringDefinition.newVersion(), next, next, null, null,
				Content.of(recurrence, job, application).text());
	}

	/**
	 * Add a definition, or change the one there is to be as said. If the firing times are
	 * the same as before, the next one stays what it was.
	 * @param mayReplace whether what there is may be changed; may throw, too
	 * @return the definition, whether it had to be changed or not
	 */
	RecurringDefinition put(String name, Recurrence recurrence, NewJob job, @Nullable String application,
			Predicate<Content> mayReplace) {
		return untilDone(name, () -> {
			Optional<RecurringDefinition> found = this.store.find(name);
			if (found.isEmpty()) {
				return create(name, recurrence, job, application);
			}
			RecurringDefinition before = found.get();
			if (!mayReplace.test(Content.of(before))) {
				return found;
			}
			return replace(before, changed(before, recurrence, job, application, this::now));
		});
	}

	/**
	 * Return what becomes of a definition that is put again: the same object if nothing.
	 */
	private static RecurringDefinition changed(RecurringDefinition before, Recurrence recurrence, NewJob job,
			@Nullable String application, Supplier<Instant> clock) {
		Content old = Content.of(before);
		Content content = Content.of(recurrence, job, application).withStateOf(old);
		return (before.queue().equals(job.queue()) && content.saysTheSameAs(old)) ? before
				: after(before, job.queue(), content, clock);
	}

	/**
	 * Put definitions as {@link #put} does, with a few calls of the store for all of them
	 * together. Only where somebody else is faster, or the queue is another one, they are
	 * put one by one.
	 * @return the definitions, whether they had to be changed or not
	 */
	List<RecurringDefinition> putAll(Map<String, Recurrence> recurrences, Function<String, NewJob> jobs,
			@Nullable String application) {
		Map<String, RecurringDefinition> found = this.store.findAll(recurrences.keySet());
		Instant now = now();
		List<RecurringDefinition> missing = new ArrayList<>();
		List<RecurringChange> changes = new ArrayList<>();
		Map<String, RecurringDefinition> wanted = new HashMap<>();
		Set<String> done = new HashSet<>();
		recurrences.forEach((name, recurrence) -> {
			NewJob job = jobs.apply(name);
			RecurringDefinition before = found.get(name);
			RecurringDefinition after = (before != null) ? changed(before, recurrence, job, application, () -> now)
					: first(name, recurrence, job, application, now);
			wanted.put(name, after);
			if (before == null) {
				missing.add(after);
			}
			else if (before == after) {
				done.add(name);
			}
			else if (before.queue().equals(after.queue())) {
				changes.add(new RecurringChange(before, after, List.of()));
			}
		});
		if (!missing.isEmpty()) {
			done.addAll(this.store.createAll(missing));
		}
		if (!changes.isEmpty()) {
			// Other nodes need not be told: this one is awake, and looks at them next.
			done.addAll(this.store.fire(changes).keySet());
		}
		recurrences.forEach((name, recurrence) -> {
			if (!done.contains(name)) {
				wanted.put(name, put(name, recurrence, jobs.apply(name), application, (old) -> true));
			}
		});
		return List.copyOf(wanted.values());
	}

	/**
	 * Change a definition.
	 * @param change makes the new content
	 * @return the definition, or empty if there is none
	 */
	Optional<RecurringDefinition> change(String name, Function<Content, Content> change) {
		return untilDone(name, () -> {
			Optional<RecurringDefinition> found = this.store.find(name);
			if (found.isEmpty()) {
				return Optional.of(found);
			}
			RecurringDefinition before = found.get();
			RecurringDefinition after = after(before, before.queue(), change.apply(Content.of(before)), this::now);
			return replace(before, after).map(Optional::of);
		});
	}

	private Optional<RecurringDefinition> replace(RecurringDefinition before, RecurringDefinition after) {
		boolean isDone = before == after || (before.queue().equals(after.queue()) ? this.store.replace(before, after)
				: this.store.remove(before) && this.store.create(after));
		return isDone ? Optional.of(after) : Optional.empty();
	}

	private static RecurringDefinition after(RecurringDefinition before, String queue, Content content,
			Supplier<Instant> clock) {
		Times times = Times.of(before, Content.of(before), content, clock);
		return new RecurringDefinition(before.name(), queue, RecurringDefinition.newVersion(), times.dueAt(),
				times.nextAt(), before.lastAt(), before.lastJob(), content.text());
	}

	/**
	 * Try until it is done.
	 * @param attempt returns empty if somebody else was faster
	 */
	<T> T untilDone(String name, Attempt<T> attempt) {
		for (int i = 0; i < MAX_TRIES; i++) {
			Optional<T> result = attempt.run();
			if (result.isPresent()) {
				return result.get();
			}
		}
		throw new JobStoreException("The recurring job '" + name + "' was changed by others all the time", null);
	}

	/**
	 * Something that may have to be done again.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	interface Attempt<T> {

		Optional<T> run();

	}

	/**
	 * The times of a definition after a change.
	 *
	 * @param nextAt the next firing time
	 * @param dueAt when to look at it
	 */
	private record Times(@Nullable Instant nextAt, @Nullable Instant dueAt) {

		static Times of(RecurringDefinition before, Content old, Content content, Supplier<Instant> clock) {
			Recurrence recurrence = content.recurrence();
			Instant known = before.nextAt();
			if (known == null || !recurrence.hasSameTimesAs(old.recurrence())) {
				return from(recurrence.firstAfter(clock.get()), content);
			}
			if (old.isPaused() && !content.isPaused()) {
				return from(recurrence.schedule().next(known, clock.get()), content);
			}
			return new Times(known, content.isPaused() ? null : before.dueAt());
		}

		private static Times from(@Nullable Instant nextAt, Content content) {
			return new Times(nextAt, content.isPaused() ? null : nextAt);
		}

	}

}
