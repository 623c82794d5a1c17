package io.jobqueue.test.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the promises hold while processes die, freeze and lose their network, and the
 * server comes and goes.
 * <p>
 * What is done to them follows from a seed. The system property {@code chaos.seed} sets
 * it, {@code chaos.minutes} makes it one long run, and {@code chaos.defaults} lets the
 * workers have the default settings.
 */
@Tag("chaos")
class ChaosIntegrationTests {

	private static final org.slf4j.Logger logger = LoggerFactory.getLogger(ChaosIntegrationTests.class);

	private static final Duration SHORT = Duration.ofSeconds(10);

	private static final int LOAD = 40_000;

	private static Path directory;

	private static ChaosServer server;

	@BeforeAll
	static void startServer() throws Exception {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
		((Logger) LoggerFactory.getLogger(ChaosIntegrationTests.class.getPackageName())).setLevel(Level.INFO);
		directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "chaos").toAbsolutePath()),
				"run-");
		server = new ChaosServer(directory);
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.DEBUG);
	}

	@Test
	void nothingIsLostAndNothingIsDoneTwice() throws Exception {
		run(111, ChaosSettings.quick(), SHORT);
	}

	@Test
	void nothingIsLostAndNothingIsDoneTwiceWhateverHappens() throws Exception {
		long minutes = Long.getLong("chaos.minutes", 0);
		long seed = Long.getLong("chaos.seed", ThreadLocalRandom.current().nextLong(1_000_000));
		run(seed, (minutes > 0 || Boolean.getBoolean("chaos.defaults")) ? ChaosSettings.defaults()
				: ChaosSettings.quick(), (minutes > 0) ? Duration.ofMinutes(minutes) : SHORT);
	}

	@Test
	void jobsThatKillTheirProcessFailAndTheirNeighboursSucceed() throws Exception {
		ChaosSettings settings = ChaosSettings.quick().withWorkers(2);
		try (ChaosRun run = new ChaosRun(server, settings, "poison_" + System.nanoTime(),
				Files.createTempDirectory(directory, "poison-"))) {
			run.crew().keepStaffed();
			run.startWorkers();
			run.producer().enqueue(JobKind.SLOW, 6);
			run.producer().enqueue(JobKind.POISON_HALT, 1);
			run.producer().enqueue(JobKind.PLAIN, 40);
			run.producer().enqueue(JobKind.TRANSACTIONAL_SLOW, 4);
			run.awaitFinished();
			List<Ledger.Job> jobs = run.ledger().jobs().values().stream().flatMap(List::stream).toList();
			assertThat(jobs).hasSize(51);
			assertThat(jobs).filteredOn((job) -> job.state().equals("failed")).singleElement().satisfies((job) -> {
				assertThat(run.ledger().entries().get(job.key()).kind()).isEqualTo(JobKind.POISON_HALT);
				assertThat(job.abandoned()).isEqualTo(Rescue.MAX_ABANDONMENTS);
				assertThat(job.failures()).contains(Rescue.ABANDONED_MESSAGE);
			});
			assertThat(jobs).filteredOn((job) -> job.state().equals("succeeded")).hasSize(50);
			assertThat(run.ledger().counts("ledger_effect")).hasSize(4).allSatisfy((key, n) -> assertThat(n).isOne());
			logger.info("Poison: {} of {} workers died, {} jobs succeeded", run.crew().hired() - settings.workers(),
					run.crew().hired(), 50);
		}
	}

	@Test
	void survivorsTakeOverAtFullLoad() throws Exception {
		ChaosSettings settings = ChaosSettings.quick();
		try (ChaosRun run = new ChaosRun(server, settings, "load_" + System.nanoTime(),
				Files.createTempDirectory(directory, "load-"))) {
			run.producer().enqueueAll(JobKind.NO_OP, LOAD);
			run.crew().start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.pollInterval(Duration.ofMillis(100))
				.until(() -> run.ledger().liveJobs() < LOAD * 2 / 3);
			Instant killedAt = Instant.now();
			WorkerProcess victim = run.crew().worker(0);
			victim.kill();
			int orphans = run.ledger().leased(victim.node()).size();
			run.awaitFinished();
			Duration rest = Duration.between(killedAt, Instant.now());
			Awaitility.await("the dead node is forgotten")
				.atMost(settings.rescueBound())
				.until(() -> run.ledger().leasesOfDeadNodes() == 0
						&& run.ledger().nodes().size() == settings.workers() - 1);
			assertThat(run.ledger().jobs()).hasSize(LOAD)
				.allSatisfy((key, copies) -> assertThat(copies).singleElement()
					.extracting(Ledger.Job::state)
					.isEqualTo("succeeded"));
			List<Path> survivors = List.of(run.crew().worker(1).log(), run.crew().worker(2).log());
			logger.info(
					"Death at full load: {} jobs, {} orphans, all done {} ms later; the survivors' jobs per 500 ms around it: {}",
					LOAD, orphans, rest.toMillis(), Rates.of(survivors, killedAt));
		}
	}

	private void run(long seed, ChaosSettings settings, Duration faults) throws Exception {
		logger.info("Chaos with seed {} for {}", seed, faults);
		Path own = Files.createTempDirectory(directory, "seed-" + seed + "-");
		try (ChaosRun run = new ChaosRun(server, settings, "chaos_" + seed + "_" + System.nanoTime(), own)) {
			logger.info("{}", run.execute(seed, faults));
		}
	}

}
