package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Which queue gets the next turn: the first that can, or one chosen by weight. Weights
 * are served smoothly: with 3 and 1 the turns are a a b a, not a a a b. Not thread-safe.
 */
final class QueueOrder {

	private final List<QueueLane> lanes;

	private final boolean isWeighted;

	private final long[] credits;

	QueueOrder(List<QueueLane> lanes, boolean isWeighted) {
		this.lanes = List.copyOf(lanes);
		this.isWeighted = isWeighted && lanes.size() > 1;
		this.credits = new long[lanes.size()];
	}

	/**
	 * Return the lane whose turn it is among those that can take it.
	 */
	@Nullable QueueLane pick(Predicate<QueueLane> can) {
		int best = -1;
		int total = 0;
		for (int i = 0; i < this.credits.length; i++) {
			QueueLane lane = this.lanes.get(i);
			if (!can.test(lane)) {
				continue;
			}
			if (!this.isWeighted) {
				return lane;
			}
			total += lane.weight();
			this.credits[i] += lane.weight();
			if (best < 0 || this.credits[i] > this.credits[best]) {
				best = i;
			}
		}
		if (best < 0) {
			return null;
		}
		this.credits[best] -= total;
		return this.lanes.get(best);
	}

	/**
	 * Return all lanes, the one whose turn it is first.
	 */
	List<QueueLane> turn() {
		if (!this.isWeighted) {
			return this.lanes;
		}
		List<QueueLane> order = new ArrayList<>(this.lanes);
		QueueLane first = pick((lane) -> true);
		order.sort((a, b) -> (a == first) ? -1 : (b == first) ? 1 : Integer.compare(b.weight(), a.weight()));
		return order;
	}

}
