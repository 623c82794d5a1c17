package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Claim;

/**
 * The jobs of one queue on this node: those that wait for a thread, a suspect first, then
 * by priority and arrival, and the number of those that run. Guarded by its
 * {@link JobBuffer}.
 */
final class QueueLane {

	private static final Comparator<JobExecution> ORDER = (a, b) -> {
		if (a.job().isSuspect() != b.job().isSuspect()) {
			return a.job().isSuspect() ? -1 : 1;
		}
		int byPriority = Integer.compare(b.job().priority(), a.job().priority());
		return (byPriority != 0) ? byPriority : Long.compare(a.job().id().arrival(), b.job().id().arrival());
	};

	private final String queue;

	private final int weight;

	private final int limit;

	private final PriorityQueue<JobExecution> waiting = new PriorityQueue<>(ORDER);

	private final Pace pace;

	private int running;

	private int expected;

	private boolean isHopeful;

	// No job that waits has a lower priority.
	private int lowest = Integer.MAX_VALUE;

	QueueLane(QueueShare share, int concurrency, long now) {
		this.queue = share.queue();
		this.weight = share.weight();
		this.limit = Math.min(share.concurrency(), concurrency);
		this.pace = new Pace(now);
	}

	String queue() {
		return this.queue;
	}

	int weight() {
		return this.weight;
	}

	int waiting() {
		return this.waiting.size();
	}

	boolean canStart() {
		return this.running < this.limit && !this.waiting.isEmpty();
	}

	void add(JobExecution execution) {
		this.lowest = Math.min(this.waiting.isEmpty() ? Integer.MAX_VALUE : this.lowest, execution.job().priority());
		this.waiting.add(execution);
	}

	@Nullable JobExecution start() {
		JobExecution next = this.waiting.poll();
		if (next != null) {
			this.running++;
		}
		return next;
	}

	void ended() {
		this.running--;
		this.pace.ended();
	}

	/**
	 * Measure how many jobs will run within the next moment at the pace of this queue.
	 * @param now the time
	 * @param isHopeful whether the store probably has jobs of this queue
	 */
	int measure(long now, boolean isHopeful) {
		this.expected = this.pace.expected(now);
		this.isHopeful = isHopeful;
		return this.expected;
	}

	/**
	 * Return whether the store probably had jobs of this queue when it was measured.
	 */
	boolean isHopeful() {
		return this.isHopeful;
	}

	/**
	 * Return what was measured the last time.
	 */
	int expected() {
		return this.expected;
	}

	/**
	 * Return whether this queue has or has just had jobs.
	 */
	boolean isActive() {
		return this.isHopeful || this.running > 0 || !this.waiting.isEmpty() || this.expected > 0;
	}

	/**
	 * Return how many more jobs this queue may bring.
	 * @param ahead how many of them may wait for a thread
	 */
	int room(int ahead) {
		return this.limit - this.running + ahead - this.waiting.size();
	}

	/**
	 * Return how many jobs to take although there is no room, because threads would start
	 * them before others that wait: as many as these are, not more.
	 * @param arrival the highest priority that has arrived
	 * @param behind how many jobs wait that are started after all of this queue
	 * @return the room, or {@code null} if there is no reason
	 */
	Claim.@Nullable Room overtaking(int arrival, int behind) {
		int starts = this.limit;
		if (behind > 0 && this.waiting.size() < starts) {
			return new Claim.Room(this.queue, Math.min(starts - this.waiting.size(), behind));
		}
		if (this.waiting.isEmpty() || arrival <= this.lowest) {
			return null;
		}
		int[] priorities = this.waiting.stream().mapToInt((execution) -> execution.job().priority()).sorted().toArray();
		int[] next = Arrays.copyOfRange(priorities, Math.max(priorities.length - starts, 0), priorities.length);
		int overtaken = (int) IntStream.of(next).filter((priority) -> priority < arrival).count();
		return (overtaken > 0) ? new Claim.Room(this.queue, overtaken, next[0]) : null;
	}

	/**
	 * Remove the jobs that have waited since before a time.
	 */
	List<JobExecution> removeClaimedBefore(long time) {
		List<JobExecution> removed = new ArrayList<>();
		this.waiting.removeIf((execution) -> {
			boolean isOld = execution.claimedAt() - time < 0;
			if (isOld) {
				removed.add(execution);
			}
			return isOld;
		});
		return removed;
	}

}
