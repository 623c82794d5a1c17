package io.jobqueue.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobState;
import io.jobqueue.QueueStatus;

/**
 * The waiting jobs of one queue. Guarded by the lock of its store.
 * <p>
 * Available jobs are kept by handler, so that a claim does not walk over the jobs of
 * handlers that it excludes; suspects are kept apart, because a claim takes them
 * differently.
 */
final class MemoryQueue {

	static final Comparator<MemoryJob> ORDER_OF_CLAIM = Comparator.comparingInt(MemoryJob::priority)
		.reversed()
		.thenComparing(MemoryJob::id);

	private static final Comparator<MemoryJob> ORDER_OF_DUE_TIME = Comparator.comparing(MemoryJob::runAt)
		.thenComparing(MemoryJob::id);

	private static final Comparator<MemoryJob> ORDER_OF_DEADLINE = Comparator
		.comparing((MemoryJob job) -> Objects.requireNonNull(job.deadline()))
		.thenComparing(MemoryJob::id);

	private final String name;

	private final MemoryLimits limits;

	private final Set<MemoryJob> kept = new HashSet<>();

	private final Map<String, NavigableSet<MemoryJob>> availableByHandler = new HashMap<>();

	private final NavigableSet<MemoryJob> suspects = new TreeSet<>(ORDER_OF_CLAIM);

	private final NavigableSet<MemoryJob> scheduled = new TreeSet<>(ORDER_OF_DUE_TIME);

	private final NavigableSet<MemoryJob> dated = new TreeSet<>(ORDER_OF_DEADLINE);

	private boolean paused;

	private long running;

	MemoryQueue(String name) {
		this.name = name;
		this.limits = new MemoryLimits(name, this::becomeReady);
	}

	MemoryLimits limits() {
		return this.limits;
	}

	String name() {
		return this.name;
	}

	boolean isPaused() {
		return this.paused;
	}

	void setPaused(boolean paused) {
		this.paused = paused;
	}

	/**
	 * Add a waiting job; one that is available has to pass its limits first.
	 */
	void add(MemoryJob job, Instant now) {
		if (job.deadline() != null) {
			this.dated.add(job);
		}
		if (job.state() == JobState.SCHEDULED || job.limits() == null) {
			setOf(job).add(job);
		}
		else {
			this.kept.add(job);
			this.limits.enter(job, now);
		}
	}

	private void becomeReady(MemoryJob job) {
		this.kept.remove(job);
		setOf(job).add(job);
	}

	void remove(MemoryJob job) {
		this.kept.remove(job);
		setOf(job).remove(job);
		if (job.deadline() != null) {
			this.dated.remove(job);
		}
	}

	/**
	 * Return whether something is ready to be claimed.
	 */
	boolean hasReady() {
		return !this.suspects.isEmpty() || !this.availableByHandler.isEmpty();
	}

	long running() {
		return this.running;
	}

	void runningChanged(int difference) {
		this.running += difference;
	}

	/**
	 * Return how many jobs are claimed before an available one, those that limits keep
	 * back and suspects excepted.
	 */
	long countAhead(MemoryJob job) {
		return this.availableByHandler.values().stream().mapToLong((jobs) -> jobs.headSet(job).size()).sum();
	}

	/**
	 * Return the next job whose due time has come.
	 * @param now the time
	 * @return a scheduled job, or {@code null} if none is due
	 */
	@Nullable MemoryJob firstDue(Instant now) {
		return (!this.scheduled.isEmpty() && !this.scheduled.first().runAt().isAfter(now)) ? this.scheduled.first()
				: null;
	}

	/**
	 * Return the next job whose deadline is over.
	 * @param now the time
	 * @return a waiting job, or {@code null} if there is none
	 */
	@Nullable MemoryJob firstExpired(Instant now) {
		return (!this.dated.isEmpty() && this.dated.first().isExpired(now)) ? this.dated.first() : null;
	}

	@Nullable MemoryJob firstSuspect(Set<String> excludedHandlers) {
		return this.suspects.stream()
			.filter((job) -> !excludedHandlers.contains(job.handler()))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Take available jobs out, suspects excepted.
	 * @param limit how many at most
	 * @param excludedHandlers the handlers whose jobs stay
	 * @param above the priority that the jobs must be above, or {@code null}
	 * @return the jobs in the order of the claim
	 */
	List<MemoryJob> take(int limit, Set<String> excludedHandlers, @Nullable Integer above) {
		PriorityQueue<NavigableSet<MemoryJob>> byFirstJob = new PriorityQueue<>(
				Comparator.comparing(NavigableSet::first, ORDER_OF_CLAIM));
		this.availableByHandler.forEach((handler, jobs) -> {
			if (!jobs.isEmpty() && !excludedHandlers.contains(handler)) {
				byFirstJob.add(jobs);
			}
		});
		List<MemoryJob> taken = new ArrayList<>();
		while (taken.size() < limit && !byFirstJob.isEmpty()) {
			NavigableSet<MemoryJob> jobs = byFirstJob.remove();
			MemoryJob first = jobs.first();
			if (above != null && first.priority() <= above) {
				break;
			}
			jobs.remove(first);
			if (first.deadline() != null) {
				this.dated.remove(first);
			}
			taken.add(first);
			if (!jobs.isEmpty()) {
				byFirstJob.add(jobs);
			}
		}
		this.availableByHandler.values().removeIf(Collection::isEmpty);
		return taken;
	}

	/**
	 * Return whether there is a reason to show this queue.
	 * @return {@code true} if it is paused or has live jobs
	 */
	boolean isInUse() {
		return this.paused || this.running > 0 || !this.scheduled.isEmpty() || available().findAny().isPresent();
	}

	QueueStatus status(Instant now) {
		Duration oldestAge = available().map(MemoryJob::runAt)
			.min(Comparator.naturalOrder())
			.map((dueAt) -> Duration.between(dueAt, now))
			.orElse(null);
		return new QueueStatus(this.name, this.paused, available().count(), this.scheduled.size(), this.running,
				oldestAge);
	}

	private Stream<MemoryJob> available() {
		return Stream.concat(Stream.of(this.suspects, this.kept), this.availableByHandler.values().stream())
			.flatMap(Collection::stream);
	}

	private NavigableSet<MemoryJob> setOf(MemoryJob job) {
		if (job.state() == JobState.SCHEDULED) {
			return this.scheduled;
		}
		return (job.abandonments() > 0) ? this.suspects
				: this.availableByHandler.computeIfAbsent(job.handler(), (handler) -> new TreeSet<>(ORDER_OF_CLAIM));
	}

}
