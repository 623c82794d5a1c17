package io.jobqueue.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * The jobs that somebody in this process waits for, by the time at which to look at them
 * next: soon after the first look, for what the store may just have been about to tell,
 * and then ever more rarely, since the store tells when a job ends. Thread-safe.
 */
final class Waits {

	/** What is due within this time goes with what is due now. */
	private static final Duration TOGETHER = Duration.ofMillis(10);

	private final Duration firstPause;

	private final Duration longestPause;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// The rest is guarded by the lock.
	private final Map<JobId, Entry> entries = new HashMap<>();

	private final TreeSet<Entry> schedule = new TreeSet<>(
			Comparator.comparingLong(Entry::lookAt).thenComparing(Entry::id));

	private boolean isClosed;

	/**
	 * Create waits.
	 * @param firstPause how long after the first look comes the second; it grows from one
	 * look to the next
	 * @param longestPause how long it may get
	 */
	Waits(Duration firstPause, Duration longestPause) {
		this.firstPause = firstPause;
		this.longestPause = longestPause;
	}

	/**
	 * Add somebody who waits.
	 * @return {@code false} if these are closed
	 */
	boolean add(JobId id, Waiter waiter) {
		this.lock.lock();
		try {
			if (this.isClosed) {
				return false;
			}
			Entry entry = this.entries.get(id);
			if (entry == null) {
				entry = new Entry(id, System.nanoTime(), this.firstPause.toNanos());
				this.entries.put(id, entry);
				this.schedule.add(entry);
			}
			entry.waiters.add(waiter);
			hint(entry);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(JobId id, Waiter waiter) {
		this.lock.lock();
		try {
			Entry entry = this.entries.get(id);
			if (entry != null && entry.waiters.remove(waiter) && entry.waiters.isEmpty()) {
				this.entries.remove(id);
				this.schedule.remove(entry);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Look at a job soon, or at all of them.
	 */
	void hint(@Nullable JobId id) {
		this.lock.lock();
		try {
			if (id == null) {
				this.entries.values().forEach(this::hint);
			}
			else {
				Entry entry = this.entries.get(id);
				if (entry != null) {
					hint(entry);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void hint(Entry entry) {
		entry.isHinted = true;
		// One that is being looked at is in no schedule.
		if (this.schedule.remove(entry)) {
			entry.lookAt = System.nanoTime();
			this.schedule.add(entry);
			this.changed.signal();
		}
	}

	/**
	 * Wait until there are jobs to be looked at, and take them.
	 * @param limit how many at most
	 * @return the jobs, none if these are closed
	 */
	List<Entry> take(int limit) {
		this.lock.lock();
		try {
			while (!this.isClosed) {
				long nanos = this.schedule.isEmpty() ? Long.MAX_VALUE
						: this.schedule.first().lookAt - System.nanoTime();
				if (nanos <= 0) {
					return takeDue(limit);
				}
				this.changed.awaitNanos(nanos);
			}
			return List.of();
		}
		catch (InterruptedException ex) {
			// Nobody interrupts this thread but the end of the JVM.
			Thread.currentThread().interrupt();
			return List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Entry> takeDue(int limit) {
		long until = System.nanoTime() + TOGETHER.toNanos();
		List<Entry> due = new ArrayList<>();
		while (due.size() < limit && !this.schedule.isEmpty() && this.schedule.first().lookAt - until <= 0) {
			Entry entry = this.schedule.first();
			this.schedule.remove(entry);
			entry.isHinted = false;
			due.add(entry);
		}
		return due;
	}

	/**
	 * Put jobs back that have not ended.
	 */
	void putBack(Collection<Entry> looked) {
		this.lock.lock();
		try {
			for (Entry entry : looked) {
				if (this.entries.get(entry.id) == entry) {
					entry.lookAt = System.nanoTime() + (entry.isHinted ? 0 : entry.pause);
					entry.pause = Math.min(entry.pause * 2, this.longestPause.toNanos());
					this.schedule.add(entry);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take out all who wait for a job.
	 */
	List<Waiter> end(JobId id) {
		this.lock.lock();
		try {
			Entry entry = this.entries.remove(id);
			if (entry == null) {
				return List.of();
			}
			this.schedule.remove(entry);
			return List.copyOf(entry.waiters);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let nobody wait any more.
	 * @return those who did
	 */
	List<Waiter> close() {
		this.lock.lock();
		try {
			this.isClosed = true;
			this.changed.signalAll();
			List<Waiter> waiters = this.entries.values().stream().flatMap((entry) -> entry.waiters.stream()).toList();
			this.entries.clear();
			this.schedule.clear();
			return waiters;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A job, and all who wait for it. Times are those of {@link System#nanoTime()}.
	 */
	static final class Entry {

		private final JobId id;

		private final List<Waiter> waiters = new ArrayList<>(1);

		private long lookAt;

		private long pause;

		// Whether there was a reason to look since it was last taken.
		private boolean isHinted;

		// Only touched by who looks.
		private long notedUntil;

		private Entry(JobId id, long now, long pause) {
			this.id = id;
			this.lookAt = now;
			this.notedUntil = now;
			this.pause = pause;
		}

		JobId id() {
			return this.id;
		}

		private long lookAt() {
			return this.lookAt;
		}

		/**
		 * Return whether the store is to be told, again, that somebody waits.
		 */
		boolean isFresh(long now) {
			return this.notedUntil - now <= 0;
		}

		void noted(long until) {
			this.notedUntil = until;
		}

	}

}
