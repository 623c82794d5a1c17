package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that fire recurring jobs and work them, in a time that goes as fast as they can.
 */
final class Simulation {

	static final NewJob JOB = new NewJob("report.daily", "default", 0, 3, "[]", Map.of(), null, null, null, null);

	private final SettableClock clock;

	private final MemoryJobStore store;

	private final Firings firings;

	private final Catalog catalog;

	private final long node;

	private final IntFunction<Duration> lengths;

	private final boolean isPatient;

	private final List<Instant> fired = new ArrayList<>();

	private final Map<String, Integer> counted = new TreeMap<>();

	private final Map<ClaimedJob, Instant> running = new LinkedHashMap<>();

	/**
	 * Create a simulation.
	 * @param start when it begins
	 * @param length how long each job takes
	 */
	Simulation(Instant start, Duration length) {
		this(start, (job) -> length, false);
	}

	/**
	 * Create a simulation.
	 * @param start when it begins
	 * @param lengths how long each job takes, by how many were before it
	 * @param isPatient whether a firing that waits for the last job only looks again when
	 * that has ended: in a year it would look millions of times
	 */
	Simulation(Instant start, IntFunction<Duration> lengths, boolean isPatient) {
		this.clock = new SettableClock(start);
		this.store = new MemoryJobStore(this.clock, new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
		this.firings = new Firings(this.store.recurring(), EnqueuePath.STRAIGHT, new JobMetrics() {

			@Override
			public void enqueued(String queue, String handler, int jobs) {
				count("enqueued", queue, handler, jobs);
			}

			@Override
			public void fired(String queue, String handler, int jobs) {
				count("fired", queue, handler, jobs);
			}

			@Override
			public void misfired(String queue, String handler) {
				count("misfired", queue, handler, 1);
			}

			@Override
			public void overlapped(String queue, String handler) {
				count("overlapped", queue, handler, 1);
			}

		});
		this.catalog = new Catalog(this.store.recurring());
		this.node = this.store.register(new NodeDescription("simulation", List.of("default")));
		this.lengths = lengths;
		this.isPatient = isPatient;
	}

	void create(Recurrence recurrence) {
		this.catalog.create("report", recurrence, JOB, null).orElseThrow();
	}

	RecurringJobs jobs() {
		return new RecurringJobTemplate(this.store, (request) -> JOB);
	}

	/**
	 * Let nodes be there until an instant.
	 */
	void runUntil(Instant end) {
		while (true) {
			settle();
			Duration wait = this.firings.fire();
			claim();
			Instant next = (wait != null && !isWaitingPatiently()) ? this.clock.instant().plus(wait) : null;
			for (Instant ended : this.running.values()) {
				next = (next == null || ended.isBefore(next)) ? ended : next;
			}
			if (next == null || next.isAfter(end)) {
				this.clock.set(end);
				return;
			}
			this.clock.set(next);
		}
	}

	private boolean isWaitingPatiently() {
		return this.isPatient && !this.running.isEmpty()
				&& this.store.recurring()
					.all()
					.stream()
					.map(RecurringDefinition::nextAt)
					.anyMatch((at) -> at != null && !at.isAfter(this.clock.instant()));
	}

	/**
	 * Let no node be there until an instant.
	 */
	void sleepUntil(Instant end) {
		this.clock.set(end);
	}

	private void settle() {
		List<ClaimedJob> ended = this.running.entrySet()
			.stream()
			.filter((entry) -> !entry.getValue().isAfter(this.clock.instant()))
			.map(Map.Entry::getKey)
			.toList();
		List<Outcome> outcomes = ended.stream().map((job) -> Outcome.succeeded(job, null, Duration.ZERO)).toList();
		this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
		this.running.keySet().removeAll(ended);
	}

	private void claim() {
		for (ClaimedJob job : this.store.exchange(new Exchange(this.node, List.of(), Claim.of("default", 1000)))
			.claimed()) {
			this.running.put(job, this.clock.instant().plus(this.lengths.apply(this.fired.size())));
			this.fired.add(Firing.of(job.headers()).orElseThrow().at());
		}
	}

	/**
	 * Return the firing times that got a job, in the order of the jobs.
	 */
	List<Instant> fired() {
		return this.fired;
	}

	private void count(String what, String queue, String handler, int by) {
		assertThat(queue).isEqualTo(JOB.queue());
		assertThat(handler).isEqualTo(JOB.handler());
		this.counted.merge(what, by, Integer::sum);
	}

	/**
	 * Return what the metrics were told.
	 */
	Map<String, Integer> counted() {
		return this.counted;
	}

	@Nullable Instant lastSkippedAt() {
		return jobs().find("report").orElseThrow().lastSkippedAt();
	}

}
