package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Claim;

/**
 * What stands between the fetcher and the threads: the jobs that wait, and the count of
 * those that run, per queue. Bounded: it never asks for more than the free threads and
 * what will run within a moment. Thread-safe.
 */
final class JobBuffer {

	/** The most that one claim takes. */
	private static final int MAX_CLAIM = 1000;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition hasEnded = this.lock.newCondition();

	private final PoolOptions options;

	private final LongSupplier nanoTime;

	// All below is guarded by the lock.
	private final Map<String, QueueLane> lanes = new LinkedHashMap<>();

	private final QueueOrder claimOrder;

	private final QueueOrder startOrder;

	private int waiting;

	private int running;

	private int runners;

	private boolean isClosed;

	JobBuffer(PoolOptions options, LongSupplier nanoTime) {
		this.options = options;
		this.nanoTime = nanoTime;
		for (QueueShare share : options.queues()) {
			this.lanes.put(share.queue(), new QueueLane(share, options.concurrency(), nanoTime.getAsLong()));
		}
		this.claimOrder = new QueueOrder(List.copyOf(this.lanes.values()), options.isWeighted());
		this.startOrder = new QueueOrder(List.copyOf(this.lanes.values()), options.isWeighted());
	}

	QueueLane lane(String queue) {
		QueueLane lane = this.lanes.get(queue);
		if (lane == null) {
			throw new IllegalArgumentException(
					"Queue '" + queue + "' is not worked by pool '" + this.options.name() + "'");
		}
		return lane;
	}

	/**
	 * Return what to claim now.
	 * @param suspects whether a suspect may be claimed. It gets the next thread: claimed
	 * only when one is idle, it would wait for the end of the backlog
	 * @param excludedHandlers the handlers whose jobs are left to others
	 * @param hopes the queues of which the store probably has jobs
	 */
	Claim plan(boolean suspects, Set<String> excludedHandlers, Set<String> hopes) {
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			int free = this.options.concurrency() - this.running;
			int prefetch = 0;
			for (QueueLane lane : this.lanes.values()) {
				prefetch += lane.measure(now, hopes.contains(lane.queue()));
			}
			prefetch = Math.min(prefetch, this.options.maxPrefetch());
			int limit = Math.min(free + prefetch - this.waiting, MAX_CLAIM);
			if (this.isClosed || limit <= 0) {
				return Claim.NONE;
			}
			Map<QueueLane, Integer> most = new LinkedHashMap<>();
			for (QueueLane lane : this.lanes.values()) {
				int room = room(lane, free + prefetch, prefetch);
				if (room > 0) {
					most.put(lane, room);
				}
			}
			List<Claim.Room> rooms = new ArrayList<>(most.size());
			this.claimOrder.share(limit, most).forEach((lane, room) -> rooms.add(new Claim.Room(lane.queue(), room)));
			return rooms.isEmpty() ? Claim.NONE : new Claim(rooms, limit, suspects, excludedHandlers);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return what to claim although there is no room: jobs that have just arrived, as far
	 * as threads would start them before others that wait. So for each priority at most
	 * as many more wait as there are threads.
	 * @param excludedHandlers the handlers whose jobs are left to others
	 * @param arrivals the highest priority that has arrived, by queue
	 */
	Claim planOvertaking(Set<String> excludedHandlers, Map<String, Integer> arrivals) {
		if (arrivals.isEmpty()) {
			return Claim.NONE;
		}
		this.lock.lock();
		try {
			if (this.isClosed || this.waiting == 0) {
				return Claim.NONE;
			}
			long now = this.nanoTime.getAsLong();
			int prefetch = 0;
			for (QueueLane lane : this.lanes.values()) {
				prefetch += lane.measure(now, lane.isHopeful());
			}
			prefetch = Math.min(prefetch, this.options.maxPrefetch());
			int total = this.options.concurrency() - this.running + prefetch;
			int behind = this.options.isWeighted() ? 0 : this.waiting;
			List<Claim.Room> rooms = new ArrayList<>();
			for (QueueLane lane : this.lanes.values()) {
				behind -= this.options.isWeighted() ? 0 : lane.waiting();
				Integer arrival = arrivals.get(lane.queue());
				if (arrival != null && (this.waiting >= total || room(lane, total, prefetch) <= 0)) {
					Claim.Room room = lane.overtaking(arrival, behind);
					if (room != null) {
						rooms.add(room);
					}
				}
			}
			int limit = Math.min(rooms.stream().mapToInt(Claim.Room::room).sum(), MAX_CLAIM);
			return rooms.isEmpty() ? Claim.NONE : new Claim(rooms, limit, false, excludedHandlers);
		}
		finally {
			this.lock.unlock();
		}
	}

	private int room(QueueLane lane, int total, int prefetch) {
		int ahead = Math.min(ahead(lane, prefetch), prefetch);
		return Math.min(lane.room(ahead), part(lane, total) - lane.waiting());
	}

	// By weight, a queue may have its part of all that is taken in advance, also if its
	// own
	// jobs have hardly run yet.
	private int ahead(QueueLane lane, int prefetch) {
		return this.options.isWeighted() ? Math.max(lane.expected(), part(lane, prefetch)) : lane.expected();
	}

	// Threads choose by weight from what waits, so it has to be there in that proportion.
	// Queues that have nothing leave their part to the others.
	private int part(QueueLane lane, int total) {
		if (!this.options.isWeighted()) {
			return Integer.MAX_VALUE;
		}
		long weights = 0;
		for (QueueLane other : this.lanes.values()) {
			weights += (other == lane || other.isActive()) ? other.weight() : 0;
		}
		return (int) ((total * (long) lane.weight() + weights - 1) / weights);
	}

	/**
	 * Add jobs.
	 * @return {@code true} if the caller is to start another runner
	 */
	boolean add(Collection<JobExecution> executions) {
		this.lock.lock();
		try {
			for (JobExecution execution : executions) {
				execution.lane().add(execution);
			}
			this.waiting += executions.size();
			return needsRunner();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether the caller is to start another runner, for instance because the last
	 * attempt to do so failed.
	 */
	boolean wantsRunner() {
		this.lock.lock();
		try {
			return needsRunner();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Each runner that finds more work than its own asks for one other, so that short
	// jobs do not wake threads in vain.
	private boolean needsRunner() {
		if (this.isClosed || this.runners >= this.options.concurrency() || this.waiting == 0) {
			return false;
		}
		for (QueueLane lane : this.lanes.values()) {
			if (lane.canStart()) {
				this.runners++;
				return true;
			}
		}
		return false;
	}

	/**
	 * Take the next job to run, after the last one has ended.
	 * @param ended the job that the calling runner has run before
	 */
	Turn next(@Nullable JobExecution ended) {
		this.lock.lock();
		try {
			if (ended != null) {
				ended.lane().ended();
				this.running--;
			}
			QueueLane lane = this.isClosed ? null : this.startOrder.pick(QueueLane::canStart);
			JobExecution next = (lane != null) ? lane.start() : null;
			if (next == null) {
				this.runners--;
				this.hasEnded.signalAll();
				return Turn.NONE;
			}
			this.running++;
			this.waiting--;
			return new Turn(next, needsRunner());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take note that a runner could not be started.
	 */
	void runnerFailed() {
		this.lock.lock();
		try {
			this.runners--;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take back the jobs that have waited since before a time: they would be parked
	 * behind long ones.
	 */
	List<JobExecution> removeClaimedBefore(long time) {
		this.lock.lock();
		try {
			List<JobExecution> removed = new ArrayList<>();
			for (QueueLane lane : this.lanes.values()) {
				removed.addAll(lane.removeClaimedBefore(time));
			}
			this.waiting -= removed.size();
			return removed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let nothing start any more.
	 * @return the jobs that were waiting
	 */
	List<JobExecution> close() {
		this.lock.lock();
		try {
			this.isClosed = true;
			return removeClaimedBefore(this.nanoTime.getAsLong() + TimeUnit.DAYS.toNanos(1));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until hardly any job is running.
	 * @param most how many may be
	 * @param nanos how long to wait
	 * @return {@code false} if more were at the end of the time
	 */
	boolean awaitRunning(int most, long nanos) throws InterruptedException {
		this.lock.lock();
		try {
			long left = nanos;
			while (this.running > most && left > 0) {
				left = this.hasEnded.awaitNanos(left);
			}
			return this.running <= most;
		}
		finally {
			this.lock.unlock();
		}
	}

	PoolStatus status() {
		this.lock.lock();
		try {
			int prefetch = 0;
			for (QueueLane lane : this.lanes.values()) {
				prefetch += lane.expected();
			}
			return new PoolStatus(this.options.name(), List.copyOf(this.lanes.keySet()), this.options.concurrency(),
					this.running, this.waiting, Math.min(prefetch, this.options.maxPrefetch()));
		}
		finally {
			this.lock.unlock();
		}
	}

	int running() {
		this.lock.lock();
		try {
			return this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	int waiting() {
		this.lock.lock();
		try {
			return this.waiting;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What a runner is to do next.
	 *
	 * @param execution the job to run; {@code null} to end
	 * @param startsAnother whether to start another runner first
	 */
	record Turn(@Nullable JobExecution execution, boolean startsAnother) {

		static final Turn NONE = new Turn(null, false);

	}

}
