package io.jobqueue.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueOrder}.
 */
class QueueOrderTests {

	private static final int CLAIMS = 100;

	private final List<QueueLane> lanes = List.of(lane("a", 6), lane("b", 3), lane("c", 1));

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 100 })
	void weightsHoldHoweverFewPlacesAClaimHas(int places) {
		this.lanes.forEach(QueueOrderTests::activate);
		QueueOrder order = new QueueOrder(this.lanes, true);
		Map<QueueLane, Integer> shares = new LinkedHashMap<>();
		for (int i = 0; i < CLAIMS; i++) {
			order.share(places, rooms(1000)).forEach((lane, share) -> shares.merge(lane, share, Integer::sum));
		}
		assertThat(shares.get(this.lanes.get(0))).isEqualTo(CLAIMS * places * 6 / 10);
		assertThat(shares.get(this.lanes.get(1))).isEqualTo(CLAIMS * places * 3 / 10);
		assertThat(shares.get(this.lanes.get(2))).isEqualTo(CLAIMS * places / 10);
	}

	@Test
	void placesThatALaneHasNoRoomForAreLeftToOthers() {
		this.lanes.forEach(QueueOrderTests::activate);
		Map<QueueLane, Integer> rooms = rooms(1000);
		rooms.put(this.lanes.get(0), 2);
		Map<QueueLane, Integer> shares = new QueueOrder(this.lanes, true).share(42, rooms);
		assertThat(shares).containsEntry(this.lanes.get(0), 2)
			.containsEntry(this.lanes.get(1), 30)
			.containsEntry(this.lanes.get(2), 10);
	}

	@Test
	void laneThatHadNoJobsIsAskedFirst() {
		activate(this.lanes.get(0));
		Map<QueueLane, Integer> shares = new QueueOrder(this.lanes, true).share(5, rooms(4));
		assertThat(shares.keySet()).containsExactly(this.lanes.get(1), this.lanes.get(2), this.lanes.get(0));
	}

	@Test
	void strictOrderIsThatOfTheLanes() {
		Map<QueueLane, Integer> shares = new QueueOrder(this.lanes, false).share(5, rooms(4));
		assertThat(shares).containsExactlyEntriesOf(rooms(4));
	}

	private Map<QueueLane, Integer> rooms(int room) {
		Map<QueueLane, Integer> rooms = new LinkedHashMap<>();
		this.lanes.forEach((lane) -> rooms.put(lane, room));
		return rooms;
	}

	private static QueueLane lane(String queue, int weight) {
		return new QueueLane(new QueueShare(queue, weight, 10), 10, 0);
	}

	private static void activate(QueueLane lane) {
		lane.measure(0, true);
	}

}
