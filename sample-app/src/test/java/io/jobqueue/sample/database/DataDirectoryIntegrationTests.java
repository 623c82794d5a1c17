package io.jobqueue.sample.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.jobqueue.JobAdmin;
import io.jobqueue.sample.SampleApplication;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.redis.RedisJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

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
		Path file = data().resolve("postmaster.pid");
		Files.write(file, List.of(Long.toString(ProcessHandle.current().pid())));
		assertThat(ServerProcess.find(file, data())).isEmpty();
	}

	@Test
	void profilesNameOtherServers() throws Exception {
		try (EmbeddedPostgres server = start();
				EmbeddedRedis redis = EmbeddedRedis.start(this.directory);
				ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class)
					.profiles("postgres", "redis")
					.run("--server.port=0", "--sample.import-at-start=false",
							"--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"),
							"--spring.data.redis.url=redis://127.0.0.1:" + redis.port())) {
			assertThat(context.getBeanProvider(EmbeddedPostgres.class)).isEmpty();
			assertThat(context.getBeanProvider(EmbeddedRedis.class)).isEmpty();
			assertThat(context.getBean(JobStore.class)).isInstanceOf(RedisJobStore.class);
			await().atMost(Duration.ofMinutes(1)).until(() -> context.getBean(JobAdmin.class).nodes().size() == 1);
			assertThat(context.getBean(StringRedisTemplate.class).hasKey("jobqueue:{#registry}:nodes")).isTrue();
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
