package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;

/**
 * The year 2026 on a store, in leaps from one moment to the next in which something
 * happens.
 */
final class StoredYear {

	static final Instant START = Instant.parse("2026-01-01T00:00:30Z");

	static final Instant END = Instant.parse("2027-01-01T00:00:30Z");

	private static final String QUEUE = "default";

	private final JobStore store;

	private final ShiftedDefinitions definitions;

	private final Firings firings;

	private final List<Downtime> downtimes;

	private final long node;

	private final Map<String, Duration> lengths = new HashMap<>();

	private final List<Running> running = new ArrayList<>();

	private final Map<String, List<Instant>> fired = new TreeMap<>();

	StoredYear(JobStoreFixture fixture, List<Downtime> downtimes) {
		this.store = fixture.createStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		this.definitions = new ShiftedDefinitions(((RecurringStore) this.store).recurring(), fixture, START);
		this.firings = new Firings(this.definitions, EnqueuePath.STRAIGHT, JobMetrics.NONE);
		this.downtimes = downtimes;
		// Only the definitions leap, so one node lives for a year.
		this.node = this.store.register(new NodeDescription("test", List.of(QUEUE)));
	}

	/**
	 * Create a definition.
	 * @param length how long its jobs take
	 */
	void create(String name, Recurrence recurrence, Duration length) {
		this.lengths.put(name, length);
		NewJob job = new NewJob("report", QUEUE, 0, 3, "[]", Map.of(), null, null, null, null);
		new Catalog(this.definitions).create(name, recurrence, job, null).orElseThrow();
	}

	void run() {
		Instant last = START;
		for (Instant now = START; now.isBefore(END); now = next(now)) {
			this.definitions.leapTo(now);
			work(last, now);
			this.firings.fire();
			last = now;
		}
		work(last, END);
	}

	/**
	 * Return the firing times that got a job, in the order of the jobs, by definition.
	 */
	Map<String, List<Instant>> fired() {
		return this.fired;
	}

	/**
	 * Begin with what was fired the last time, and end what has ended.
	 */
	private void work(Instant last, Instant now) {
		do {
			List<Running> ended = this.running.stream().filter((one) -> !one.end().isAfter(now)).toList();
			this.running.removeAll(ended);
			List<Outcome> outcomes = ended.stream()
				.map((one) -> Outcome.succeeded(one.job(), null, Duration.ZERO))
				.toList();
			this.store.exchange(new Exchange(this.node, outcomes, Claim.of(QUEUE, 1000)))
				.claimed()
				.forEach((job) -> begin(job, last));
		}
		while (this.running.stream().anyMatch((one) -> !one.end().isAfter(now)));
	}

	private void begin(ClaimedJob job, Instant now) {
		Firing firing = Firing.of(job.headers()).orElseThrow();
		this.fired.computeIfAbsent(firing.name(), (name) -> new ArrayList<>()).add(firing.at());
		this.running.add(new Running(firing.name(), job, end(firing.name(), now)));
	}

	private Instant end(String name, Instant begin) {
		return begin.plus(this.lengths.getOrDefault(name, Duration.ZERO));
	}

	/**
	 * Return when something happens next, and somebody is there. What waits for its last
	 * job looks once a second whether that has ended, which is left out until it has. A
	 * last job that nobody has begun yet was fired just now.
	 */
	private Instant next(Instant now) {
		return Stream.concat(this.definitions.all().stream().map((one) -> next(one, now)), Stream.of(END))
			.map((time) -> Downtime.endOf(time, this.downtimes))
			.min(Instant::compareTo)
			.orElseThrow();
	}

	private Instant next(RecurringDefinition definition, Instant now) {
		Instant next = definition.nextAt();
		if (next != null && next.isAfter(now)) {
			return next;
		}
		String name = definition.name();
		return this.running.stream()
			.filter((one) -> one.name().equals(name))
			.map(Running::end)
			.findAny()
			.orElseGet(() -> end(name, now));
	}

	/**
	 * A job that takes its time.
	 *
	 * @param name the name of its definition
	 * @param job the job
	 * @param end when its time is over
	 */
	private record Running(String name, ClaimedJob job, Instant end) {
	}

}
