package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.store.internal.WakeUpListeners;

/**
 * The definitions of recurring jobs in memory. Guarded by the lock of the store, which is
 * taken for each call.
 */
final class MemoryRecurringDefinitions implements RecurringDefinitions {

	/** Greater than any name. */
	private static final String LAST_NAME = "~";

	private final MemoryJobStore store;

	private final MemoryJobs jobs;

	private final WakeUpListeners wakeUps;

	private final NavigableMap<String, RecurringDefinition> byName = new TreeMap<>();

	private final NavigableSet<Due> line = new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::name));

	private final Map<String, Instant> declared = new HashMap<>();

	MemoryRecurringDefinitions(MemoryJobStore store, MemoryJobs jobs, WakeUpListeners wakeUps) {
		this.store = store;
		this.jobs = jobs;
		this.wakeUps = wakeUps;
	}

	@Override
	public RecurringLook look(int limit) {
		return this.store.atomically((now) -> {
			List<RecurringDefinition> due = this.line.stream()
				.takeWhile((entry) -> !entry.at().isAfter(now))
				.limit(limit)
				.map((entry) -> this.byName.get(entry.name()))
				.toList();
			// After all that are due now, whatever their names are.
			Due next = this.line.higher(new Due(now, LAST_NAME));
			return new RecurringLook(now, due, (next != null) ? next.at() : null);
		});
	}

	@Override
	public Map<String, List<JobId>> fire(List<RecurringChange> changes) {
		return this.store.atomically((now) -> {
			Map<String, List<JobId>> fired = new LinkedHashMap<>();
			for (RecurringChange change : changes) {
				RecurringDefinition current = current(change.before());
				if (current != null) {
					List<JobId> ids = this.jobs.addUnique(change.jobs(), now).stream().map(EnqueueResult::id).toList();
					put(change.after(), ids.isEmpty() ? current.lastJob() : ids.get(ids.size() - 1));
					fired.put(current.name(), ids);
				}
			}
			return fired;
		});
	}

	@Override
	public Set<String> createAll(Collection<RecurringDefinition> definitions) {
		Set<String> created = this.store.atomically((now) -> {
			Set<String> names = new HashSet<>();
			for (RecurringDefinition definition : definitions) {
				if (!this.byName.containsKey(definition.name())) {
					put(definition, definition.lastJob());
					names.add(definition.name());
				}
			}
			return names;
		});
		if (!created.isEmpty()) {
			this.wakeUps.recurringChanged();
		}
		return created;
	}

	@Override
	public boolean replace(RecurringDefinition before, RecurringDefinition after) {
		boolean isReplaced = !fire(List.of(new RecurringChange(before, after, List.of()))).isEmpty();
		if (isReplaced) {
			this.wakeUps.recurringChanged();
		}
		return isReplaced;
	}

	@Override
	public boolean remove(RecurringDefinition definition) {
		return this.store.atomically((now) -> {
			if (current(definition) == null) {
				return false;
			}
			takeOut(definition.name());
			return true;
		});
	}

	@Override
	public Map<String, RecurringDefinition> findAll(Collection<String> names) {
		return this.store.atomically((now) -> names.stream()
			.map(this.byName::get)
			.filter(Objects::nonNull)
			.collect(Collectors.toMap(RecurringDefinition::name, Function.identity(), (one, same) -> one)));
	}

	@Override
	public List<RecurringDefinition> all() {
		return this.store.atomically((now) -> List.copyOf(this.byName.values()));
	}

	@Override
	public Set<JobId> live(Collection<JobId> ids) {
		return this.store.atomically((now) -> ids.stream().filter(this::isLive).collect(Collectors.toSet()));
	}

	private boolean isLive(JobId id) {
		MemoryJob job = this.jobs.find(id);
		return job != null && !job.state().isFinished();
	}

	@Override
	public Set<String> declare(Collection<String> names, Duration silence) {
		return this.store.atomically((now) -> {
			names.forEach((name) -> this.declared.put(name, now));
			Instant limit = now.minus(silence);
			return this.declared.entrySet()
				.stream()
				.filter((entry) -> !entry.getValue().isAfter(limit) && !names.contains(entry.getKey()))
				.map(Map.Entry::getKey)
				.collect(Collectors.toSet());
		});
	}

	@Override
	public void undeclare(Collection<String> names) {
		this.store.atomically((now) -> this.declared.keySet().removeAll(names));
	}

	private @Nullable RecurringDefinition current(RecurringDefinition expected) {
		RecurringDefinition current = this.byName.get(expected.name());
		return (current != null && current.version() == expected.version()) ? current : null;
	}

	private void put(RecurringDefinition definition, @Nullable JobId lastJob) {
		takeOut(definition.name());
		this.byName.put(definition.name(),
				new RecurringDefinition(definition.name(), definition.queue(), definition.version(), definition.dueAt(),
						definition.nextAt(), definition.lastAt(), lastJob, definition.content()));
		Instant dueAt = definition.dueAt();
		if (dueAt != null) {
			this.line.add(new Due(dueAt, definition.name()));
		}
	}

	private void takeOut(String name) {
		RecurringDefinition gone = this.byName.remove(name);
		if (gone != null) {
			Instant dueAt = gone.dueAt();
			if (dueAt != null) {
				this.line.remove(new Due(dueAt, name));
			}
		}
	}

	/**
	 * A place in the line of definitions.
	 */
	private record Due(Instant at, String name) {
	}

}
