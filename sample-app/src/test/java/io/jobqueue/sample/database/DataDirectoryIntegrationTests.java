package io.jobqueue.sample.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.jobqueue.JobAdmin;
import io.jobqueue.sample.SampleApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DataDirectory}.
 */
class DataDirectoryIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void dataOutlivesTheServerWhichWaitsForTheDisk() throws IOException {
		try (EmbeddedPostgres server = start()) {
			assertThat(jdbc(server).sql("show fsync").query(String.class).single()).isEqualTo("on");
			assertThat(jdbc(server).sql("show synchronous_commit").query(String.class).single()).isEqualTo("on");
			jdbc(server).sql("create table kept as select 42 as value").update();
		}
		try (EmbeddedPostgres server = start()) {
			assertThat(jdbc(server).sql("select value from kept").query(Integer.class).single()).isEqualTo(42);
		}
	}

	@Test
	void directoryThatWasNeverCompletedIsCreatedAgain() throws IOException {
		Files.createDirectory(data());
		Files.writeString(data().resolve("PG_VERSION"), "18\n");
		try (EmbeddedPostgres server = start()) {
			assertThat(jdbc(server).sql("show server_version").query(String.class).single()).startsWith("18");
		}
	}

	@Test
	void directoryOfSomebodyElseIsLeftAlone() throws IOException {
		Files.createDirectory(data());
		Path file = Files.writeString(data().resolve("letter.txt"), "Dear");
		assertThatIllegalStateException().isThrownBy(this::start).withMessageContaining("postgres.log says why");
		assertThat(file).hasContent("Dear");
		assertThat(this.directory.resolve("postgres.log")).content().contains("not empty");
	}

	@Test
	void processOfSomebodyElseIsLeftAlone() throws IOException {
		Files.createDirectory(data());
		Files.write(data().resolve("postmaster.pid"), List.of(Long.toString(ProcessHandle.current().pid())));
		assertThat(new DataDirectory(this.directory).orphan()).isEmpty();
	}

	@Test
	void profileNamesAnotherServer() throws IOException {
		try (EmbeddedPostgres server = start();
				ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class)
					.profiles("postgres")
					.run("--server.port=0", "--sample.import-at-start=false",
							"--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"))) {
			assertThat(context.getBeanProvider(EmbeddedPostgres.class)).isEmpty();
			assertThat(context.getBean(JobAdmin.class).nodes()).hasSize(1);
		}
	}

	private EmbeddedPostgres start() throws IOException {
		return new DataDirectory(this.directory).start();
	}

	private Path data() {
		return this.directory.resolve("postgres");
	}

	private static JdbcClient jdbc(EmbeddedPostgres server) {
		return JdbcClient.create(server.getPostgresDatabase());
	}

}
