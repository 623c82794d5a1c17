package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Claim.Room;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A long run of random steps of nodes that work, die, leave, and come back too late. The
 * number of the repetition is the seed, so that a run that fails can be repeated.
 */
abstract class RandomRunContract extends StoreContract {

	private static final int STEPS = 600;

	private static final List<String> QUEUES = List.of("a", "b", "c");

	private static final Claim CLAIM_ALL = new Claim(QUEUES.stream().map((queue) -> new Room(queue, 100)).toList(), 100,
			true, Set.of());

	private Random random = new Random(0);

	/** The jobs that live nodes hold. */
	private final Map<Long, List<ClaimedJob>> held = new TreeMap<>();

	/** Jobs as nodes held them before they died or left. */
	private final List<ClaimedJob> lost = new ArrayList<>();

	private final Map<JobId, JobState> ended = new HashMap<>();

	private final Set<JobId> all = new HashSet<>();

	@RepeatedTest(5)
	void everyJobEndsOnceAndLostLeasesChangeNothing(RepetitionInfo repetition) {
		this.random = new Random(repetition.getCurrentRepetition());
		this.store.deregister(this.node);
		this.held.put(register(), new ArrayList<>());
		for (int i = 0; i < STEPS; i++) {
			step();
		}
		finishAll();
		assertThat(this.ended.keySet()).isEqualTo(this.all);
		assertThat(this.all).allSatisfy((id) -> assertThat(state(id)).isEqualTo(this.ended.get(id)));
		assertThat(this.store.admin().queues()).allSatisfy((queue) -> {
			assertThat(queue.available() + queue.scheduled() + queue.running()).isZero();
		});
	}

	private void step() {
		int choice = this.random.nextInt(100);
		if (choice < 70) {
			exchange(randomNode(), randomClaim());
		}
		else if (choice < 82) {
			enqueueSome();
		}
		else if (choice < 86) {
			this.held.put(register(), new ArrayList<>());
		}
		else if (choice < 90) {
			loseOneNode(false);
		}
		else if (choice < 95) {
			loseOneNode(true);
		}
		else {
			reportTooLate();
		}
	}

	private void enqueueSome() {
		JobDraft draft = DRAFT.queue(QUEUES.get(this.random.nextInt(3)))
			.priority(this.random.nextInt(3))
			.limits(1000, null, null);
		if (this.random.nextInt(4) == 0) {
			draft = draft.delay(Duration.ofSeconds(this.random.nextInt(120)));
		}
		this.all.addAll(enqueue(1 + this.random.nextInt(10), draft));
	}

	private void exchange(long asker, Claim claim) {
		List<ClaimedJob> mine = heldBy(asker);
		List<Outcome> outcomes = new ArrayList<>();
		for (ClaimedJob job : List.copyOf(mine)) {
			if (this.random.nextInt(3) > 0) {
				outcomes.add(randomOutcome(job));
				mine.remove(job);
			}
		}
		settleAndClaim(asker, outcomes, claim);
	}

	private void settleAndClaim(long asker, List<Outcome> outcomes, Claim claim) {
		Exchange.Result result = exchange(asker, outcomes, claim);
		assertThat(result.refused()).isEmpty();
		assertThat(result.isNodeAlive()).isTrue();
		for (Outcome outcome : outcomes) {
			JobState end = endOf(outcome.kind());
			if (end != null) {
				assertThat(this.ended.put(outcome.job().id(), end)).isNull();
			}
			this.lost.add(outcome.job());
		}
		Set<JobId> leased = new HashSet<>();
		this.held.values().forEach((jobs) -> leased.addAll(ids(jobs)));
		for (ClaimedJob job : result.claimed()) {
			assertThat(leased.add(job.id())).as("Job %s was claimed while it was leased", job.id()).isTrue();
			assertThat(this.ended).as("Claimed after the end").doesNotContainKey(job.id());
			heldBy(asker).add(job);
		}
	}

	private Outcome randomOutcome(ClaimedJob job) {
		Duration delay = Duration.ofSeconds(Math.max(0, this.random.nextInt(30) - 10));
		return switch (this.random.nextInt(8)) {
			case 0 -> Outcome.released(job);
			case 1, 2 -> retry(job, delay);
			case 3 -> Outcome.snoozed(job, delay, RAN);
			case 4 -> failed(job);
			case 5 -> cancelled(job);
			default -> succeeded(job);
		};
	}

	private static @Nullable JobState endOf(Outcome.Kind kind) {
		return switch (kind) {
			case SUCCEEDED -> JobState.SUCCEEDED;
			case FAILED -> JobState.FAILED;
			case CANCELLED -> JobState.CANCELLED;
			default -> null;
		};
	}

	private void loseOneNode(boolean dies) {
		long victim = randomNode();
		this.lost.addAll(heldBy(victim));
		this.held.remove(victim);
		if (dies) {
			Rescue rescue = rescueAllBut(this.held.keySet().stream().mapToLong(Long::longValue).toArray());
			assertThat(rescue.deadNodes()).containsExactly(victim);
			rescue.failed().forEach((id) -> assertThat(this.ended.put(id, JobState.FAILED)).isNull());
		}
		else {
			this.store.deregister(victim);
		}
		assertThat(this.store.heartbeat(victim).isAlive()).isFalse();
		if (this.held.isEmpty()) {
			this.held.put(register(), new ArrayList<>());
		}
	}

	private void reportTooLate() {
		if (!this.lost.isEmpty()) {
			ClaimedJob job = this.lost.get(this.random.nextInt(this.lost.size()));
			assertThat(exchange(randomNode(), List.of(randomOutcome(job)), Claim.NONE).refused())
				.containsExactly(job.id());
		}
	}

	private void finishAll() {
		eventually(() -> {
			this.fixture.advance(Duration.ofMinutes(3));
			for (long asker : this.held.keySet()) {
				List<Outcome> outcomes = succeeded(heldBy(asker));
				heldBy(asker).clear();
				settleAndClaim(asker, outcomes, CLAIM_ALL);
			}
			return this.ended.size() == this.all.size();
		});
	}

	private List<ClaimedJob> heldBy(long holder) {
		return this.held.computeIfAbsent(holder, (key) -> new ArrayList<>());
	}

	private long randomNode() {
		return List.copyOf(this.held.keySet()).get(this.random.nextInt(this.held.size()));
	}

	private Claim randomClaim() {
		List<Room> rooms = new ArrayList<>();
		for (String queue : QUEUES) {
			rooms.add(new Room(queue, this.random.nextInt(6)));
		}
		return new Claim(rooms, this.random.nextInt(8), this.random.nextBoolean(), Set.of());
	}

}
