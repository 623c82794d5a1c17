package io.jobqueue.test.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whether the promises hold while processes die, freeze and lose their network, and the
 * server comes and goes.
 * <p>
 * What is done to them follows from a seed. The system property {@code chaos.seed} sets
 * it, {@code chaos.minutes} makes it one long run, and {@code chaos.defaults} lets the
 * workers have the default settings.
 */
class ChaosIntegrationTests {

	private static final org.slf4j.Logger logger = LoggerFactory.getLogger(ChaosIntegrationTests.class);

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
		run(1, ChaosSettings.quick(), Duration.ofSeconds(15));
	}

	@Test
	void nothingIsLostAndNothingIsDoneTwiceWhateverHappens() throws Exception {
		long minutes = Long.getLong("chaos.minutes", 0);
		long seed = Long.getLong("chaos.seed", ThreadLocalRandom.current().nextLong(1_000_000));
		run(seed, (minutes > 0 || Boolean.getBoolean("chaos.defaults")) ? ChaosSettings.defaults()
				: ChaosSettings.quick(), (minutes > 0) ? Duration.ofMinutes(minutes) : Duration.ofSeconds(15));
	}

	private void run(long seed, ChaosSettings settings, Duration faults) throws Exception {
		logger.info("Chaos with seed {} for {}", seed, faults);
		Path own = Files.createTempDirectory(directory, "seed-" + seed + "-");
		try (ChaosRun run = new ChaosRun(server, settings, "chaos_" + seed + "_" + System.nanoTime(), own)) {
			logger.info("{}", run.execute(seed, faults));
		}
	}

}
