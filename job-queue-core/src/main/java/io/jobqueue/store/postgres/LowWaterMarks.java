package io.jobqueue.store.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What this process knows about the jobs that are gone, per queue and rank, so that a
 * claim need not walk over the dead index entries that finished jobs have left. A mark
 * says: up to this id there is nothing to claim on this rank.
 * <p>
 * Marks are hints that can be wrong: a job with a smaller id may be committed late, or
 * come back. So they are forgotten for one claim ("rewound") at least once per interval,
 * and at once when this process learns that a job has come back. A rewind costs a walk
 * over the dead entries; where that is expensive it is done less often, so that it never
 * takes more than a tenth of the time.
 * <p>
 * The floor of a queue is exact: below it there is no lease that holds jobs. Thread-safe.
 */
final class LowWaterMarks {

	private static final int MAX_RANKS = 16;

	private static final int REWIND_SHARE = 10;

	private static final long MAX_INTERVAL_FACTOR = 10;

	private final Map<String, Line> lines = new HashMap<>();

	private final long interval;

	private final LongSupplier nanoTime;

	LowWaterMarks(long intervalNanos, LongSupplier nanoTime) {
		this.interval = intervalNanos;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return the marks to use for a claim now.
	 */
	synchronized Marks use(String queue) {
		Line line = line(queue);
		long now = this.nanoTime.getAsLong();
		line.isRewound = line.isRewindAsked || now - line.nextRewind >= 0;
		if (line.isRewound) {
			line.isRewindAsked = false;
			line.rewoundAt = now;
			return new Marks(List.of(), line.floor);
		}
		return line.marks();
	}

	/**
	 * Return the marks to use for a claim that does not look at all ranks: none if they
	 * are to be forgotten for the next one that does.
	 */
	synchronized Marks peek(String queue) {
		Line line = line(queue);
		line.isRewound = false;
		boolean isRewindDue = line.isRewindAsked || this.nanoTime.getAsLong() - line.nextRewind >= 0;
		return isRewindDue ? new Marks(List.of(), line.floor) : line.marks();
	}

	/**
	 * Learn from a claim.
	 * @param claimed the greatest id claimed on each rank
	 * @param isShort whether the queue had no more to give
	 */
	synchronized void claimed(String queue, Map<Integer, Long> claimed, boolean isShort) {
		Line line = line(queue);
		claimed.forEach((rank, id) -> line.marks.merge(rank, id, isShort ? Math::max : (before, now) -> now));
		while (line.marks.size() > MAX_RANKS) {
			line.marks.pollLastEntry();
		}
		if (line.isRewound) {
			long now = this.nanoTime.getAsLong();
			long pause = Math.max(this.interval,
					Math.min((now - line.rewoundAt) * REWIND_SHARE, this.interval * MAX_INTERVAL_FACTOR));
			line.nextRewind = now + pause;
			line.isRewound = false;
		}
	}

	/**
	 * Learn that a job below the mark may be there again.
	 */
	synchronized void lower(String queue, int rank, long id) {
		line(queue).marks.computeIfPresent(rank, (key, mark) -> Math.min(mark, id - 1));
	}

	/**
	 * Learn that jobs anywhere below the marks may be there again.
	 */
	synchronized void rewind(String queue) {
		line(queue).isRewindAsked = true;
	}

	synchronized void raiseFloor(String queue, long floor) {
		Line line = line(queue);
		line.floor = Math.max(line.floor, floor);
	}

	private Line line(String queue) {
		return this.lines.computeIfAbsent(queue, (name) -> new Line(this.nanoTime.getAsLong()));
	}

	/**
	 * What is known of one queue.
	 */
	private static final class Line {

		private final TreeMap<Integer, Long> marks = new TreeMap<>();

		private long floor;

		private long nextRewind;

		private long rewoundAt;

		private boolean isRewound;

		private boolean isRewindAsked;

		Line(long now) {
			this.nextRewind = now;
		}

		Marks marks() {
			List<Mark> known = new ArrayList<>(this.marks.size());
			this.marks.forEach((rank, id) -> known.add(new Mark(rank, id)));
			return new Marks(known, this.floor);
		}

	}

	/**
	 * One mark.
	 */
	record Mark(int rank, long id) {
	}

	/**
	 * The marks of a queue by ascending rank, and its lease floor.
	 */
	record Marks(List<Mark> marks, long floor) {
	}

}
