package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.jobqueue.test.chaos.Ledger.Entry;
import io.jobqueue.test.chaos.Ledger.Fate;
import io.jobqueue.test.chaos.Ledger.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the promises hold on Redis while processes die, freeze and lose their network,
 * and the server comes and goes. The system properties are those of
 * {@link ChaosIntegrationTests}.
 */
class RedisChaosIntegrationTests {

	private static final org.slf4j.Logger logger = LoggerFactory.getLogger(RedisChaosIntegrationTests.class);

	/** Its short plan has seven kinds of faults, which is as many as fit. */
	private static final long DEFAULT_SEED = 20820;

	private static final Duration SHORT = Duration.ofSeconds(6);

	/** So long, Redis says, it may postpone to write what it has answered. */
	private static final Duration MAY_BE_LOST = Duration.ofSeconds(2);

	private static Path directory;

	@BeforeAll
	static void createDirectory() throws IOException {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
		((Logger) LoggerFactory.getLogger(RedisChaosIntegrationTests.class.getPackageName())).setLevel(Level.INFO);
		directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "chaos").toAbsolutePath()),
				"redis-");
	}

	@AfterAll
	static void log() {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
	}

	@Test
	void nothingIsLostAndNothingIsThereTwice() throws Exception {
		long minutes = Long.getLong("chaos.minutes", 0);
		long seed = Long.getLong("chaos.seed", DEFAULT_SEED);
		Duration faults = (minutes > 0) ? Duration.ofMinutes(minutes) : SHORT;
		logger.info("Chaos on Redis with seed {} for {}", seed, faults);
		ChaosSettings settings = (minutes > 0) ? ChaosSettings.defaults() : ChaosSettings.quick();
		try (RedisChaosServer server = new RedisChaosServer(directory.resolve("always"), "always");
				ChaosRun run = run(server, settings)) {
			logger.info("{}", run.execute(seed, faults));
		}
	}

	/**
	 * The server crashes in the midst of work, then a worker does.
	 */
	@Test
	void serverThatSyncsEverySecondLosesItsLastMomentsAtMostAndWorkersThatDieLoseNothing() throws Exception {
		try (RedisChaosServer server = new RedisChaosServer(directory.resolve("everysec"), "everysec");
				ChaosRun run = run(server, ChaosSettings.quick().withWorkers(2))) {
			run.startWorkers();
			AtomicBoolean isOver = new AtomicBoolean();
			CompletableFuture<Void> producing = CompletableFuture.runAsync(() -> {
				while (!isOver.get()) {
					run.producer().enqueue(JobKind.PLAIN, 1);
				}
			});
			awaitAccepted(run, 200);
			Instant crashedAt = Instant.now();
			server.stopImmediately();
			// What has been accepted just before may have been written down since.
			Instant goneAt = Instant.now();
			server.start();
			awaitAccepted(run, 200);
			run.crew().worker(0).kill();
			awaitAccepted(run, 200);
			isOver.set(true);
			producing.get();
			run.awaitFinished();
			Map<Long, List<Ledger.Job>> jobs = run.store().jobs();
			Map<Long, List<Run>> runs = run.ledger().runs();
			List<Entry> accepted = accepted(run);
			List<Entry> lost = accepted.stream().filter((entry) -> !jobs.containsKey(entry.key())).toList();
			logger.info("The crash lost {} of {} accepted jobs", lost.size(), accepted.size());
			assertThat(lost)
				.allSatisfy((entry) -> assertThat(entry.at()).isBetween(crashedAt.minus(MAY_BE_LOST), goneAt));
			assertThat(jobs).allSatisfy((key, copies) -> {
				assertThat(copies).singleElement().extracting(Ledger.Job::state).isEqualTo("succeeded");
				assertThat(runs.get(key)).anyMatch(Run::isOk);
			});
		}
	}

	@Test
	void workflowGoesOnWhenAllOfItsNodesAreKilled() throws Exception {
		try (RedisChaosServer server = new RedisChaosServer(directory.resolve("workflow"), "everysec");
				ChaosRun run = run(server, ChaosSettings.quick().withWorkers(WorkflowTrial.WORKERS))) {
			logger.info("{}", new WorkflowTrial(run).execute());
		}
	}

	@Test
	void limitsHoldAndPlacesAreFreeAgainWhenNodesDie() throws Exception {
		try (RedisChaosServer server = new RedisChaosServer(directory.resolve("limits"), "everysec");
				ChaosRun run = run(server, ChaosSettings.quick().withWorkers(LimitTrial.WORKERS))) {
			logger.info("{}", new LimitTrial(run).execute());
		}
	}

	private static void awaitAccepted(ChaosRun run, int more) {
		int before = accepted(run).size();
		Awaitility.await(more + " more jobs are accepted")
			.atMost(Duration.ofSeconds(60))
			.until(() -> accepted(run).size() >= before + more);
	}

	private static List<Entry> accepted(ChaosRun run) {
		return run.ledger().entries().values().stream().filter((entry) -> entry.fate() == Fate.ACCEPTED).toList();
	}

	private static ChaosRun run(RedisChaosServer server, ChaosSettings settings) throws IOException {
		return new ChaosRun(new RedisChaosStore(server, "chaos"), settings,
				Files.createTempDirectory(directory, "run-"));
	}

}
