package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the promises hold while processes die, freeze and lose their network, and the
 * server comes and goes.
 * <p>
 * What is done to them in the one run that is not directed follows from a seed. The
 * system property {@code chaos.seed} sets it, {@code chaos.minutes} makes it a long run
 * with the default settings of workers.
 */
class ChaosIntegrationTests {

	private static final org.slf4j.Logger logger = LoggerFactory.getLogger(ChaosIntegrationTests.class);

	/** Its short plan has seven kinds of faults, which is as many as fit. */
	private static final long DEFAULT_SEED = 9345;

	private static final Duration SHORT = Duration.ofSeconds(10);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final int LOAD = 24_000;

	/**
	 * What is left when a node is killed: more than two others can do in the time below.
	 */
	private static final int LEFT = 20_000;

	private static final Duration UNDER_LOAD = Duration.ofSeconds(6);

	private static Path directory;

	private static PostgresChaosServer server;

	@BeforeAll
	static void startServer() throws Exception {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
		((Logger) LoggerFactory.getLogger(ChaosIntegrationTests.class.getPackageName())).setLevel(Level.INFO);
		directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "chaos").toAbsolutePath()),
				"run-");
		server = new PostgresChaosServer(directory);
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
	}

	@Test
	void nothingIsLostAndNothingIsDoneTwice() throws Exception {
		long minutes = Long.getLong("chaos.minutes", 0);
		long seed = Long.getLong("chaos.seed", DEFAULT_SEED);
		Duration faults = (minutes > 0) ? Duration.ofMinutes(minutes) : SHORT;
		logger.info("Chaos with seed {} for {}", seed, faults);
		try (ChaosRun run = run("seed_" + seed, (minutes > 0) ? ChaosSettings.defaults() : ChaosSettings.quick())) {
			logger.info("{}", run.execute(seed, faults));
		}
	}

	/**
	 * A node freezes while it runs four jobs. When it wakes up two of them have succeeded
	 * elsewhere, and two are running there.
	 */
	@Test
	void nodeThatWakesUpTooLateChangesNothing() throws Exception {
		ChaosSettings settings = ChaosSettings.quick().withPatience(Duration.ofSeconds(6), Duration.ofSeconds(1));
		try (ChaosRun run = run("late", settings)) {
			Ledger ledger = run.ledger();
			Crew crew = run.crew();
			crew.replace(0);
			List<Long> over = held(run);
			List<Long> underWay = held(run);
			WorkerProcess late = crew.worker(0);
			patiently().until(() -> ledger.runs(late.node(), "held").size() == 4);
			run.startWorkers();
			String second = crew.worker(1).node();
			String third = crew.worker(2).node();
			late.freeze();
			ledger.open(over, late.node(), second, third);
			ledger.open(underWay, late.node());
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> run.store().liveJobs() == 2 && heldBy(ledger, second, third).equals(underWay));
			late.thaw();
			Awaitility.await().atMost(PATIENCE).until(() -> ledger.runs(late.node(), "ok").size() == 4);
			run.awaitEveryWorker();
			// Before it ends it reports whatever there is to report.
			late.terminate();
			Awaitility.await().atMost(PATIENCE).until(() -> !late.isAlive());
			assertThat(heldBy(ledger, second, third)).isEqualTo(underWay);
			assertThat(underWay).allSatisfy((key) -> {
				assertThat(run.store().jobs().get(key)).extracting(Ledger.Job::state).containsExactly("running");
				assertThat(ledger.effects(key)).isEmpty();
			});
			ledger.open(underWay, second, third);
			run.awaitFinished();
			assertThat(Stream.of(over, underWay).flatMap(List::stream)).allSatisfy((key) -> {
				assertThat(run.store().jobs().get(key)).singleElement().satisfies((job) -> {
					assertThat(job.finisher()).isIn(second, third);
					assertThat(job.abandoned()).isOne();
					assertThat(job.failures()).isEqualTo("null");
				});
				boolean isTransactional = ledger.entries().get(key).kind().isTransactional();
				assertThat(ledger.effects(key)).hasSize(isTransactional ? 1 : 0).isSubsetOf(second, third);
			});
		}
	}

	private static List<Long> held(ChaosRun run) {
		List<Long> keys = new ArrayList<>(run.producer().enqueue(JobKind.HELD, 1));
		keys.addAll(run.producer().enqueue(JobKind.TRANSACTIONAL_HELD, 1));
		return keys;
	}

	private static List<Long> heldBy(Ledger ledger, String... nodes) {
		return Stream.of(nodes).flatMap((node) -> ledger.runs(node, "held").stream()).sorted().toList();
	}

	@Test
	void jobsThatKillTheirProcessFailAndTheirNeighboursSucceed() throws Exception {
		ChaosSettings settings = ChaosSettings.quick().withWorkers(2);
		try (ChaosRun run = run("poison", settings)) {
			run.crew().keepStaffed();
			run.startWorkers();
			run.producer().enqueue(JobKind.SLOW, 2);
			List<Long> poison = new ArrayList<>(run.producer().enqueue(JobKind.POISON_HALT, 1));
			poison.addAll(run.producer().enqueue(JobKind.POISON_EXIT, 1));
			run.producer().enqueue(JobKind.PLAIN, 40);
			run.producer().enqueue(JobKind.TRANSACTIONAL_SLOW, 2);
			run.awaitFinished();
			List<Ledger.Job> jobs = run.store().jobs().values().stream().flatMap(List::stream).toList();
			assertThat(jobs).hasSize(46);
			assertThat(jobs).filteredOn((job) -> poison.contains(job.key())).hasSize(2).allSatisfy((job) -> {
				assertThat(job.state()).isEqualTo("failed");
				assertThat(job.abandoned()).isEqualTo(Rescue.MAX_ABANDONMENTS);
				assertThat(job.failures()).contains(Rescue.ABANDONED_MESSAGE);
			});
			assertThat(jobs).filteredOn((job) -> !poison.contains(job.key()))
				.hasSize(44)
				.allSatisfy((job) -> assertThat(job.state()).isEqualTo("succeeded"));
			assertThat(run.ledger().counts("ledger_effect")).hasSize(2).allSatisfy((key, n) -> assertThat(n).isOne());
			logger.info("Poison: {} of {} workers died, {} jobs succeeded", run.crew().hired() - settings.workers(),
					run.crew().hired(), 44);
		}
	}

	@Test
	void survivorsTakeOverAtFullLoad() throws Exception {
		ChaosSettings settings = ChaosSettings.quick();
		try (ChaosRun run = run("load", settings); IdleClient idle = new IdleClient(run.ledger().jdbc())) {
			run.producer().enqueueAll(JobKind.BRIEF, LOAD);
			run.startWorkers();
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(100))
				.until(() -> run.store().liveJobs() < LEFT);
			WorkerProcess victim = run.crew().worker(0);
			patiently().until(() -> isFrozenWithJobs(victim, run.store()));
			Instant killedAt = Instant.now();
			victim.kill();
			int orphans = run.store().leased(victim.node()).size();
			run.awaitFinished();
			Duration rest = Duration.between(killedAt, Instant.now());
			Awaitility.await("the dead node is forgotten")
				.atMost(settings.rescueBound())
				.until(() -> run.store().leasesOfDeadNodes() == 0
						&& run.store().nodes().size() == settings.workers() - 1);
			assertThat(run.store().jobs()).hasSize(LOAD)
				.allSatisfy((key, copies) -> assertThat(copies).singleElement()
					.extracting(Ledger.Job::state)
					.isEqualTo("succeeded"));
			Rates rates = new Rates(List.of(run.crew().worker(1).log(), run.crew().worker(2).log()));
			Duration pause = rates.longestPause(killedAt, killedAt.plus(UNDER_LOAD));
			logger.info(
					"Death at full load: {} jobs, {} orphans, all done {} ms later; the survivors' jobs per 500 ms"
							+ " around it: {}, and their longest pause: {} ms, that of an idle client: {} ms",
					LOAD, orphans, rest.toMillis(), rates.around(killedAt), pause.toMillis(),
					idle.longestPause().toMillis());
			assertThat(pause).isLessThanOrEqualTo(idle.longestPause().plusSeconds(2));
		}
	}

	// A busy node may have nothing for a moment, between two claims.
	private static ConditionFactory patiently() {
		return Awaitility.await().atMost(PATIENCE);
	}

	private static boolean isFrozenWithJobs(WorkerProcess worker, ChaosStore store) {
		worker.freeze();
		boolean hasJobs = !store.leased(worker.node()).isEmpty();
		if (!hasJobs) {
			worker.thaw();
		}
		return hasJobs;
	}

	@Test
	void processThatIsToldToEndDrainsAndGivesBackBeforeItEnds() throws Exception {
		ChaosSettings settings = ChaosSettings.quick()
			.withWorkers(2)
			.lingering()
			.withPatience(Duration.ofMinutes(1), Duration.ofSeconds(3));
		try (ChaosRun run = run("term", settings)) {
			Ledger ledger = run.ledger();
			run.crew().replace(0);
			List<Long> drained = run.producer().enqueue(JobKind.HELD, 1);
			List<Long> givenBack = run.producer().enqueue(JobKind.WAITING, 1);
			WorkerProcess first = run.crew().worker(0);
			patiently().until(() -> ledger.runs(first.node(), "held").size() == 2);
			run.startWorkers();
			String second = run.crew().worker(1).node();
			ledger.open(givenBack, second);
			first.terminate();
			ledger.open(drained, first.node());
			run.awaitFinished();
			assertThat(first.isAlive()).isTrue();
			assertThat(ledger.runs(first.node(), "ok")).isEqualTo(drained);
			assertThat(ledger.runs(first.node(), "interrupted")).isEqualTo(givenBack);
			assertThat(ledger.runs(second, "ok")).isEqualTo(givenBack);
			assertThat(run.store().jobs()).hasSize(2)
				.allSatisfy((key, copies) -> assertThat(copies).singleElement().satisfies((job) -> {
					assertThat(job.state()).isEqualTo("succeeded");
					assertThat(job.abandoned()).isZero();
					assertThat(job.failures()).isEqualTo("null");
				}));
			patiently().until(() -> run.store().nodes().equals(List.of(second)));
			assertThat(first.isAlive()).isTrue();
		}
	}

	@Test
	void limitsHoldAndPlacesAreFreeAgainWhenNodesDie() throws Exception {
		try (ChaosRun run = run("limits", ChaosSettings.quick().withWorkers(LimitTrial.WORKERS))) {
			logger.info("{}", new LimitTrial(run).execute());
		}
	}

	@Test
	void workflowGoesOnWhenAllOfItsNodesAreKilled() throws Exception {
		try (ChaosRun run = run("workflow", ChaosSettings.quick().withWorkers(WorkflowTrial.WORKERS))) {
			logger.info("{}", new WorkflowTrial(run).execute());
		}
	}

	private static ChaosRun run(String name, ChaosSettings settings) throws IOException {
		return new ChaosRun(new PostgresChaosStore(server, name + "_" + System.nanoTime()), settings,
				Files.createTempDirectory(directory, name + "-"));
	}

}
