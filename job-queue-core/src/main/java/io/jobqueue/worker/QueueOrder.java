package io.jobqueue.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
	 * Share what can be claimed among the lanes. By weight, those for which the store
	 * probably has jobs share it place by place, so that weights hold however few places
	 * there are and however slow the jobs; the others are asked first.
	 * @param limit how many places there are
	 * @param rooms how many places each lane may get at most
	 * @return how many each lane gets, in the order in which to ask
	 */
	Map<QueueLane, Integer> share(int limit, Map<QueueLane, Integer> rooms) {
		if (!this.isWeighted) {
			return rooms;
		}
		Map<QueueLane, Integer> shares = new LinkedHashMap<>();
		rooms.forEach((lane, room) -> {
			if (!lane.isHopeful()) {
				shares.put(lane, room);
			}
		});
		for (int i = 0; i < limit; i++) {
			QueueLane next = pick(
					(lane) -> lane.isHopeful() && shares.getOrDefault(lane, 0) < rooms.getOrDefault(lane, 0));
			if (next == null) {
				break;
			}
			shares.merge(next, 1, Integer::sum);
		}
		return shares;
	}

}
