package io.jobqueue.worker;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.Outcome;

/**
 * The outcomes that wait to be settled. Anybody adds; one fetcher takes, and puts back
 * what the store did not take.
 */
final class OutcomeQueue {

	/** The most that one exchange settles. */
	private static final int MAX_BATCH = 2000;

	private final Queue<Entry> added = new ConcurrentLinkedQueue<>();

	// Only touched by the fetcher.
	private final Deque<Entry> returned = new ArrayDeque<>();

	void add(JobExecution execution, Outcome outcome, @Nullable Throwable failure) {
		this.added.add(new Entry(execution, outcome, failure, false));
	}

	/**
	 * Take a batch, each job at most once.
	 */
	Map<JobId, Entry> take() {
		Map<JobId, Entry> batch = new LinkedHashMap<>();
		while (batch.size() < MAX_BATCH) {
			Entry entry = this.returned.isEmpty() ? this.added.poll() : this.returned.poll();
			if (entry == null) {
				break;
			}
			Entry other = batch.putIfAbsent(entry.execution().id(), entry);
			if (other != null) {
				// The same job from two leases: the second has to wait for its turn.
				this.returned.addFirst(entry);
				break;
			}
		}
		return batch;
	}

	/**
	 * Put back what the store has not taken.
	 */
	void putBack(Collection<Entry> entries) {
		this.returned.addAll(entries);
	}

	/**
	 * Put back what the store may have taken, but did not answer.
	 */
	void repeat(Collection<Entry> entries) {
		entries.forEach((entry) -> this.returned.add(entry.repeated()));
	}

	boolean isEmpty() {
		return this.added.isEmpty() && this.returned.isEmpty();
	}

	/**
	 * One outcome.
	 *
	 * @param execution the job
	 * @param outcome how it ended
	 * @param failure what was thrown, for listeners
	 * @param isRepeated whether the store has been told before, but did not answer
	 */
	record Entry(JobExecution execution, Outcome outcome, @Nullable Throwable failure, boolean isRepeated) {

		private Entry repeated() {
			return new Entry(this.execution, this.outcome, this.failure, true);
		}

	}

}
