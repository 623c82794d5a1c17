package io.jobqueue.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the application, as a process of its own, in the middle of the jobs of its
 * import.
 */
class KillIntegrationTests {

	@TempDir
	private Path directory;

	private Process application;

	@AfterEach
	void stop() throws IOException, InterruptedException {
		if (this.application != null) {
			this.application.destroyForcibly().waitFor();
		}
		for (Path file : List.of(postgresPidFile(), redisPidFile())) {
			if (Files.exists(file)) {
				process(file).ifPresent(ProcessHandle::destroyForcibly);
			}
		}
	}

	@Test
	void importThatIsKilledTogetherWithItsServerIsFinishedByTheNextStart() throws Exception {
		File first = startAndKill();
		assertThat(count("job_queue.job")).isPositive();
		ProcessHandle server = process(postgresPidFile()).orElseThrow();
		server.destroyForcibly();
		server.onExit().get(60, TimeUnit.SECONDS);

		File second = startAndFinish(first);
		assertThat(read(second)).doesNotContain("Stopping PostgreSQL");
		assertThat(count("invoice")).isEqualTo(1000);
		assertThat(count("job_queue.job")).isZero();
		stopOrderly();
	}

	@Test
	void importThatIsKilledWhileItsServersLiveIsFinishedByTheNextStart() throws Exception {
		File first = startAndKill("--spring.profiles.active=redis");
		assertThat(process(redisPidFile())).hasValueSatisfying((server) -> assertThat(server.isAlive()).isTrue());

		File second = startAndFinish(first, "--spring.profiles.active=redis");
		assertThat(read(second)).contains("Stopping PostgreSQL", "Stopping Redis");
		// No count of the invoices: in Redis a job is not completed together with its
		// writes, so one whose completion was still to be reported has written twice.
		stopOrderly();
	}

	private File startAndKill(String... arguments) throws Exception {
		File log = start("first.log", arguments);
		await().atMost(Duration.ofSeconds(180))
			.ignoreExceptions()
			.until(() -> count("invoice") >= 100 && read(log).contains("Imported"));
		this.application.destroyForcibly().waitFor();
		assertThat(process(postgresPidFile())).hasValueSatisfying((server) -> assertThat(server.isAlive()).isTrue());
		assertThat(count("mail")).isLessThan(999);
		return log;
	}

	private File startAndFinish(File first, String... arguments) throws IOException {
		File second = start("second.log", arguments);
		await().atMost(Duration.ofSeconds(240)).until(() -> read(second).contains("Demonstration finished"));
		assertThat(read(first)).contains("Imported 1000 orders with 2000 jobs")
			.doesNotContain("Demonstration finished");
		assertThat(read(second)).contains("Skipped 1000 orders")
			.contains("Demonstration finished: 1,000 orders, 2,000 jobs (1,999 succeeded, dead letters: 1)")
			.contains("44 failed attempts, 43 retries")
			.containsOnlyOnce("Demonstration finished");
		assertThat(count("customer_order")).isEqualTo(1000);
		assertThat(count("(select distinct order_id from mail)")).isEqualTo(999);
		assertThat(count("(select distinct order_id from invoice)")).isEqualTo(1000);
		assertThat(count("delivery where state = 'SHIPPED' and reserved > 0")).isEqualTo(14);
		assertThat(count("delivery where state = 'FAILED' and reserved = 0")).isEqualTo(4);
		assertThat(count("payment")).isEqualTo(14);
		return second;
	}

	private void stopOrderly() throws InterruptedException {
		this.application.destroy();
		assertThat(this.application.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(postgresPidFile()).doesNotExist();
		assertThat(redisPidFile()).doesNotExist();
	}

	private File start(String log, String... arguments) throws IOException {
		File output = this.directory.resolve(log).toFile();
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						SampleApplication.class.getName(), "--server.port=0", "--sample.data-dir=" + this.directory,
						"--sample.mail-latency=20ms", "--job-queue.worker.heartbeat-interval=1s",
						"--job-queue.worker.dead-after=4s"));
		command.addAll(List.of(arguments));
		this.application = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
		return output;
	}

	private long count(String table) throws IOException {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setPortNumbers(new int[] { Integer.parseInt(Files.readAllLines(postgresPidFile()).get(3)) });
		dataSource.setUser("postgres");
		dataSource.setDatabaseName("postgres");
		return JdbcClient.create(dataSource).sql("select count(*) from " + table).query(Long.class).single();
	}

	private static Optional<ProcessHandle> process(Path pidFile) throws IOException {
		return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0)));
	}

	private Path postgresPidFile() {
		return this.directory.resolve("postgres").resolve("postmaster.pid");
	}

	private Path redisPidFile() {
		return this.directory.resolve("redis").resolve("redis.pid");
	}

	private static String read(File log) throws IOException {
		return Files.readString(log.toPath());
	}

}
