package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One run: workers, a producer, and faults for a while; then quiet, until everything that
 * was accepted is finished; then the verdict.
 */
final class ChaosRun implements AutoCloseable {

	private static final int JOBS_PER_SECOND = 40;

	private static final Duration START = Duration.ofMinutes(3);

	private final ChaosStore store;

	private final ChaosSettings settings;

	private final Ledger ledger;

	private final Crew crew;

	private final Producer producer;

	private final Timeline timeline = new Timeline();

	private final Injector injector;

	ChaosRun(ChaosStore store, ChaosSettings settings, Path directory) throws IOException {
		this.store = store;
		this.settings = settings;
		this.ledger = new Ledger(store.ledger());
		this.crew = new Crew(settings, store, directory);
		this.producer = new Producer(store, this.ledger);
		this.injector = new Injector(store, this.crew, this.timeline, settings);
	}

	ChaosStore store() {
		return this.store;
	}

	Ledger ledger() {
		return this.ledger;
	}

	Crew crew() {
		return this.crew;
	}

	Producer producer() {
		return this.producer;
	}

	void startWorkers() {
		this.crew.start();
		Awaitility.await("the start of the workers")
			.atMost(START)
			.until(() -> this.store.nodes().size() == this.settings.workers());
	}

	/**
	 * Let the faults of a seed happen, and judge.
	 * @return the figures
	 */
	String execute(long seed, Duration faults) throws Exception {
		this.store.keepLeaseLog();
		startWorkers();
		this.producer.start(new SplittableRandom(seed), JOBS_PER_SECOND);
		List<Fault> plan = Fault.plan(seed, this.settings, this.store.faults(), faults);
		Duration expected = plan.stream()
			.map((fault) -> fault.pause().plus(fault.duration()))
			.reduce(Duration.ZERO, Duration::plus);
		List<String> offences;
		String figures = "none";
		try {
			this.injector.start(plan).get(expected.plusMinutes(2).toSeconds() * 2, TimeUnit.SECONDS);
			this.producer.stop();
			this.crew.repair();
			awaitQuiet();
			awaitEveryWorker();
			awaitQuiet();
			Verdict verdict = new Verdict(this.store, this.ledger, this.timeline, this.settings);
			offences = verdict.judge();
			figures = verdict.toString();
			if (offences.isEmpty()) {
				return "seed " + seed + ": " + figures;
			}
		}
		catch (ConditionTimeoutException ex) {
			offences = new ArrayList<>(this.store.leftovers());
			offences.add(0, ex.getMessage());
		}
		throw new AssertionError("seed " + seed + ", settings " + this.settings + ", " + offences.size()
				+ " offences:\n  " + offences.stream().limit(30).collect(Collectors.joining("\n  ")) + "\nfigures: "
				+ figures + "\nfaults:\n" + this.timeline);
	}

	/**
	 * Wait until all jobs are finished.
	 */
	void awaitFinished() {
		Awaitility.await("everything that was accepted is finished")
			.atMost(this.settings.deadAfter().multipliedBy(4).plusMinutes(5))
			.pollInterval(Duration.ofMillis(100))
			.until(() -> this.store.liveJobs() == 0);
	}

	/**
	 * Wait until all jobs are finished and nothing is left of the dead.
	 */
	private void awaitQuiet() {
		Awaitility.await("everything that was accepted is finished, and dead nodes are forgotten")
			.atMost(this.settings.deadAfter().multipliedBy(4).plusMinutes(5))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> this.store.liveJobs() == 0 && this.store.leasesOfDeadNodes() == 0
					&& this.store.nodes().size() == this.settings.workers());
	}

	/**
	 * Wait until every worker has begun a job that was enqueued after all the faults:
	 * none of them is stuck.
	 */
	void awaitEveryWorker() {
		long last = this.ledger.entries().lastKey();
		Awaitility.await("every worker runs jobs again")
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(500))
			.until(() -> {
				for (int i = 0; i < this.settings.workers() * this.settings.concurrency(); i++) {
					this.producer.enqueue(JobKind.PROBE, 1);
				}
				List<String> working = this.ledger.jdbc()
					.queryForList("select distinct node from ledger_run where job_key > ?", String.class, last);
				return this.crew.workers().stream().map(WorkerProcess::node).allMatch(working::contains);
			});
	}

	@Override
	public void close() throws IOException {
		this.injector.close();
		this.producer.close();
		this.crew.close();
		this.store.close();
	}

}
