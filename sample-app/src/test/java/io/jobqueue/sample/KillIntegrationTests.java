package io.jobqueue.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
		if (Files.exists(pidFile())) {
			postgres().ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void importThatIsKilledIsFinishedByTheNextStart(boolean isServerKilledToo) throws Exception {
		File first = start("first.log");
		await().atMost(Duration.ofSeconds(180)).ignoreExceptions().until(() -> count("invoice") >= 100);
		this.application.destroyForcibly().waitFor();
		assertThat(postgres()).hasValueSatisfying((server) -> assertThat(server.isAlive()).isTrue());
		assertThat(count("mail")).isLessThan(999);
		assertThat(count("job_queue.job")).isPositive();
		if (isServerKilledToo) {
			ProcessHandle server = postgres().orElseThrow();
			server.destroyForcibly();
			server.onExit().get(10, TimeUnit.SECONDS);
		}

		File second = start("second.log");
		await().atMost(Duration.ofSeconds(240)).until(() -> read(second).contains("Demonstration finished"));
		assertThat(read(first)).contains("Imported 1000 orders with 2000 jobs")
			.doesNotContain("Demonstration finished");
		assertThat(read(second)).contains("Skipped 1000 orders")
			.contains("Demonstration finished: 1,000 orders, 2,000 jobs (1,999 succeeded, dead letters: 1)")
			.contains("44 failed attempts, 43 retries")
			.containsOnlyOnce("Demonstration finished");
		assertThat(read(second).contains("Stopping PostgreSQL")).isNotEqualTo(isServerKilledToo);
		assertThat(count("customer_order")).isEqualTo(1000);
		assertThat(count("(select distinct order_id from mail)")).isEqualTo(999);
		assertThat(count("invoice")).isEqualTo(1000);
		assertThat(count("(select distinct order_id from invoice)")).isEqualTo(1000);
		assertThat(count("job_queue.job")).isZero();

		this.application.destroy();
		assertThat(this.application.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(pidFile()).doesNotExist();
	}

	private File start(String log) throws IOException {
		File output = this.directory.resolve(log).toFile();
		this.application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				SampleApplication.class.getName(), "--server.port=0", "--sample.data-dir=" + this.directory,
				"--sample.mail-latency=20ms", "--job-queue.worker.heartbeat-interval=1s",
				"--job-queue.worker.dead-after=4s")
			.redirectErrorStream(true)
			.redirectOutput(output)
			.start();
		return output;
	}

	private long count(String table) throws IOException {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setPortNumbers(new int[] { Integer.parseInt(Files.readAllLines(pidFile()).get(3)) });
		dataSource.setUser("postgres");
		dataSource.setDatabaseName("postgres");
		return JdbcClient.create(dataSource).sql("select count(*) from " + table).query(Long.class).single();
	}

	private Optional<ProcessHandle> postgres() throws IOException {
		return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile()).get(0)));
	}

	private Path pidFile() {
		return this.directory.resolve("postgres").resolve("postmaster.pid");
	}

	private static String read(File log) throws IOException {
		return Files.readString(log.toPath());
	}

}
