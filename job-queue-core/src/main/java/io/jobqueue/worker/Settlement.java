package io.jobqueue.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

/**
 * The outcomes of a pool on their way to the store. Anybody reports; the fetcher takes
 * one batch after the other, and tells each how it went.
 */
final class Settlement {

	/** The most that one exchange settles. */
	private static final int MAX_BATCH = 2000;

	private final NodeRuntime node;

	private final Queue<Entry> added = new ConcurrentLinkedQueue<>();

	// Only touched by the fetcher.
	private final Deque<Entry> returned = new ArrayDeque<>();

	private volatile boolean isUnderWay;

	Settlement(NodeRuntime node) {
		this.node = node;
	}

	void report(JobExecution execution, Outcome outcome, @Nullable Throwable failure) {
		this.added.add(new Entry(execution, outcome, failure, false));
	}

	/**
	 * Return whether there is nothing to take.
	 */
	boolean isEmpty() {
		return this.added.isEmpty() && this.returned.isEmpty();
	}

	/**
	 * Return whether all that was reported is settled.
	 */
	boolean isDone() {
		return isEmpty() && !this.isUnderWay;
	}

	/**
	 * Take a batch, each job at most once.
	 */
	Batch take() {
		this.isUnderWay = true;
		Map<JobId, Entry> entries = new LinkedHashMap<>();
		while (entries.size() < MAX_BATCH) {
			Entry entry = this.returned.isEmpty() ? this.added.poll() : this.returned.poll();
			if (entry == null) {
				break;
			}
			Entry other = entries.putIfAbsent(entry.execution().id(), entry);
			if (other != null) {
				// The same job from two leases: the second has to wait for its turn.
				this.returned.addFirst(entry);
				break;
			}
		}
		return new Batch(entries);
	}

	/**
	 * Outcomes that are settled together.
	 */
	final class Batch {

		private final Map<JobId, Entry> entries;

		private Batch(Map<JobId, Entry> entries) {
			this.entries = entries;
		}

		boolean isLarge() {
			return this.entries.size() >= Exchange.LARGE_SETTLEMENT;
		}

		List<Outcome> outcomes() {
			return this.entries.values().stream().map(Entry::outcome).toList();
		}

		/**
		 * Take note of what the store has answered.
		 * @return {@code false} if it could not take any of the outcomes now
		 */
		boolean settled(Exchange.Result result) {
			List<Entry> deferred = new ArrayList<>();
			for (Entry entry : this.entries.values()) {
				JobId id = entry.execution().id();
				if (result.deferred().contains(id)) {
					deferred.add(entry);
				}
				else {
					// A repeated outcome that is refused has most likely been recorded
					// the first time.
					boolean isRefused = result.refused().contains(id) && !entry.isRepeated();
					Settlement.this.node.settled(entry.execution(), entry.outcome(), entry.failure(), isRefused);
				}
			}
			end(deferred);
			return deferred.isEmpty() || deferred.size() < this.entries.size();
		}

		/**
		 * Put back what the store may have taken, but did not answer.
		 */
		void failed() {
			end(this.entries.values().stream().map(Entry::repeated).toList());
		}

		private void end(Collection<Entry> back) {
			Settlement.this.returned.addAll(back);
			Settlement.this.isUnderWay = false;
		}

	}

	/**
	 * One outcome.
	 *
	 * @param execution the job
	 * @param outcome how it ended
	 * @param failure what was thrown, for listeners
	 * @param isRepeated whether the store has been told before, but did not answer
	 */
	private record Entry(JobExecution execution, Outcome outcome, @Nullable Throwable failure, boolean isRepeated) {

		private Entry repeated() {
			return new Entry(this.execution, this.outcome, this.failure, true);
		}

	}

}
