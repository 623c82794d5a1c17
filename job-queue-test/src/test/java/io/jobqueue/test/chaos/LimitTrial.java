package io.jobqueue.test.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.test.chaos.Ledger.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Four nodes work jobs that have limits. Two of them are killed, the first one while it
 * holds the only place of a key, the second one while it holds one of two places. How
 * many ran at once is what the handlers have written down, by the clock of the database.
 */
final class LimitTrial {

	static final int WORKERS = 4;

	private static final int JOBS = 120;

	private static final long HELD_OF_SECOND_KEY = 1;

	private static final long HELD_OF_FIRST_KEY = 4;

	private static final long STAYS_IN_SECOND_KEY = 5;

	private static final int OF_FIRST_KEY = 1;

	private static final int OF_SECOND_KEY = 2;

	private static final int OF_HANDLER = 3;

	private static final int OF_QUEUE = 6;

	/** What is promised with the default settings; here nodes are dead after 3 s. */
	private static final Duration SLOT_IS_FREE = Duration.ofSeconds(15);

	private final ChaosRun run;

	private final Map<String, Instant> deaths = new HashMap<>();

	LimitTrial(ChaosRun run) {
		this.run = run;
	}

	/**
	 * Let it happen, and judge.
	 * @return the figures
	 */
	String execute() {
		this.run.producer().limitQueue(OF_QUEUE);
		this.run.producer().enqueueLimited(JOBS, LimitTrial::kind, LimitTrial::limits);
		this.run.startWorkers();
		killHolder(HELD_OF_FIRST_KEY);
		Instant lastKilledAt = killHolder(HELD_OF_SECOND_KEY);
		open(HELD_OF_FIRST_KEY, HELD_OF_SECOND_KEY);
		Awaitility.await("other jobs of the keys run").atMost(SLOT_IS_FREE).until(() -> {
			List<Run> runs = runs();
			return Stream.<LongPredicate>of(LimitTrial::isOfFirstKey, LimitTrial::isOfSecondKey)
				.allMatch((isOfKey) -> runs.stream()
					.anyMatch((begun) -> isOfKey.test(begun.key()) && kind(begun.key()) == JobKind.LIMITED
							&& begun.started().isAfter(lastKilledAt)));
		});
		assertThat(this.deaths).hasSize(2);
		open(STAYS_IN_SECOND_KEY);
		this.run.awaitFinished();
		assertThat(this.run.store().jobs()).hasSize(JOBS)
			.allSatisfy((key,
					copies) -> assertThat(copies).singleElement().extracting(Ledger.Job::state).isEqualTo("succeeded"));
		String figures = most(LimitTrial::isOfFirstKey, OF_FIRST_KEY) + " with the first key, "
				+ most(LimitTrial::isOfSecondKey, OF_SECOND_KEY) + " with the second key, "
				+ most((key) -> key % 4 >= 2, OF_HANDLER) + " of the handler, " + most((key) -> true, OF_QUEUE)
				+ " of the queue";
		return "Limits: " + JOBS + " jobs, " + this.deaths.size() + " kills; at once at most " + figures;
	}

	// The first jobs of the keys fill them, and do not end before they are told to.
	private static JobKind kind(long key) {
		return (key == HELD_OF_FIRST_KEY || key == HELD_OF_SECOND_KEY || key == STAYS_IN_SECOND_KEY) ? JobKind.HELD
				: JobKind.LIMITED;
	}

	// A quarter of the jobs has one key, a quarter another, and half count for their
	// handler, some of them under a key as well.
	private static JobLimits limits(long key) {
		return switch ((int) (key % 4)) {
			case 0 -> JobLimits.ofKey("first", JobLimit.concurrency(OF_FIRST_KEY));
			case 1 -> JobLimits.ofKey("second", JobLimit.concurrency(OF_SECOND_KEY));
			case 2 -> new JobLimits("third", JobLimit.concurrency(OF_HANDLER), false, JobLimit.concurrency(OF_HANDLER));
			default -> JobLimits.ofHandler(JobLimit.concurrency(OF_HANDLER));
		};
	}

	private static boolean isOfFirstKey(long key) {
		return key % 4 == 0;
	}

	private static boolean isOfSecondKey(long key) {
		return key % 4 == 1;
	}

	private Instant killHolder(long key) {
		WorkerProcess holder = Awaitility.await("a node holds the key of job " + key)
			.atMost(Duration.ofSeconds(60))
			.until(() -> aliveWorkers().filter((worker) -> this.run.ledger().runs(worker.node(), "held").contains(key))
				.findAny(), Optional::isPresent)
			.orElseThrow();
		holder.kill();
		Instant killedAt = now();
		this.deaths.put(holder.node(), killedAt);
		return killedAt;
	}

	private void open(Long... keys) {
		this.run.ledger().open(List.of(keys), aliveWorkers().map(WorkerProcess::node).toArray(String[]::new));
	}

	private Stream<WorkerProcess> aliveWorkers() {
		return this.run.crew().workers().stream().filter(WorkerProcess::isAlive);
	}

	private Instant now() {
		OffsetDateTime now = this.run.ledger().jdbc().queryForObject("select clock_timestamp()", OffsetDateTime.class);
		return (now != null) ? now.toInstant() : Instant.MAX;
	}

	private List<Run> runs() {
		return this.run.ledger().runs().values().stream().flatMap(List::stream).toList();
	}

	private int most(LongPredicate which, int limit) {
		TreeMap<Instant, Integer> changes = new TreeMap<>();
		for (Run begun : runs()) {
			if (which.test(begun.key())) {
				Instant end = (begun.finished() != null) ? begun.finished() : this.deaths.get(begun.node());
				assertThat(end).as("The end of %s", begun).isNotNull();
				changes.merge(begun.started(), 1, Integer::sum);
				changes.merge(end, -1, Integer::sum);
			}
		}
		int now = 0;
		int most = 0;
		for (int change : changes.values()) {
			now += change;
			most = Math.max(most, now);
		}
		assertThat(most).isBetween(1, limit);
		return most;
	}

}
