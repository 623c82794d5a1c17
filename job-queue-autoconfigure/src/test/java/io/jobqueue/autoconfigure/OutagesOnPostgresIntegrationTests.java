package io.jobqueue.autoconfigure;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.JobTemplate;
import io.jobqueue.autoconfigure.NodesOnPostgresIntegrationTests.Work;
import io.jobqueue.test.postgres.PostgresServer;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.WorkerStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Applications that have few connections, or such that are of no use for a while.
 */
class OutagesOnPostgresIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private final Work work = new Work();

	private final ApplicationContextRunner enqueuer = PostgresApplication.in(this.schema)
		.withPropertyValues("job-queue.worker.enabled=false");

	private final ApplicationContextRunner runner = PostgresApplication.in(this.schema)
		.withBean(Work.class, () -> this.work)
		.withPropertyValues("job-queue.worker.heartbeat-interval=200ms");

	/**
	 * Neither a connection nor a transaction: both would be seen here.
	 */
	@Test
	void plainHandlerHoldsNoConnectionWhileItRuns() {
		this.runner
			.withPropertyValues("job-queue.worker.concurrency=50", "spring.datasource.hikari.maximum-pool-size=2",
					"spring.datasource.url=" + this.server.url()
							+ "&options=-c%20idle_in_transaction_session_timeout=1000")
			.run((context) -> {
				HikariDataSource pool = context.getBean(HikariDataSource.class);
				List<JobId> ids = context.getBean(JobTemplate.class)
					.enqueueAll(Work::block, IntStream.range(0, 50).mapToObj(Integer::toString));
				await().atMost(PATIENCE).until(() -> this.work.started.size() == 50);
				await().atMost(PATIENCE)
					.during(Duration.ofMillis(1500))
					.until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
				try (Connection first = pool.getConnection(); Connection second = pool.getConnection()) {
					assertThat(first).isNotSameAs(second);
					this.work.latch.countDown();
					await().atMost(PATIENCE).until(() -> status(context).running() == 0);
				}
				ids.forEach((id) -> assertThat(awaitSuccess(context, id).attempt()).isOne());
			});
	}

	@Test
	void poolThatTheApplicationExhaustsCostsNoNodeAndNoJob() {
		this.runner.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2").run((context) -> {
			await().atMost(PATIENCE).until(() -> status(context).node() != null);
			Long node = status(context).node();
			HikariDataSource pool = context.getBean(HikariDataSource.class);
			try (Connection first = pool.getConnection(); Connection second = pool.getConnection()) {
				assertThat(first).isNotSameAs(second);
				// Not before: on a slow machine a new connection takes longer.
				pool.getHikariConfigMXBean().setConnectionTimeout(250);
				assertThatExceptionOfType(JobStoreException.class)
					.isThrownBy(() -> context.getBean(JobTemplate.class).enqueue(Work::run, "refused"));
				this.enqueuer
					.run((other) -> other.getBean(JobTemplate.class).enqueue(Work::run, "in spite of the pool"));
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(this.work.done).containsExactly("in spite of the pool"));
				Set<Instant> heartbeats = new HashSet<>();
				await().atMost(PATIENCE).until(() -> {
					heartbeats.add(lastHeartbeat());
					return heartbeats.size() > 5;
				});
				assertThat(status(context).outage()).isNull();
			}
			assertThat(status(context).node()).isEqualTo(node);
		});
	}

	/**
	 * As after a failover to a server that is not promoted yet: the old connections are
	 * gone, new ones cannot write.
	 */
	@Test
	void serverThatIsReadOnlyForAWhileIsAnOutageLikeAnyOther() {
		String user = this.server.newSchema();
		this.server.execute("create role " + user + " superuser login password 'secret'");
		this.runner
			.withPropertyValues("spring.datasource.url=" + this.server.url().replaceAll("[?].*", ""),
					"spring.datasource.username=" + user, "spring.datasource.password=secret")
			.run((context) -> {
				JobTemplate jobs = context.getBean(JobTemplate.class);
				JobId running = jobs.enqueue(Work::block, "a");
				await().atMost(PATIENCE).until(() -> this.work.started.contains("a"));
				this.server.execute("alter role " + user + " set default_transaction_read_only = on");
				this.server
					.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + user + "'");
				await().atMost(PATIENCE).until(() -> status(context).outage() != null);
				assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> jobs.enqueue(Work::run, "refused"));
				this.work.latch.countDown();
				await().atMost(PATIENCE).until(() -> status(context).running() == 0);
				this.server.execute("alter role " + user + " reset default_transaction_read_only");
				assertThat(awaitSuccess(context, running).attempt()).isOne();
				await().atMost(PATIENCE).until(() -> status(context).outage() == null);
				this.enqueuer.run((other) -> other.getBean(JobTemplate.class).enqueue(Work::run, "afterwards"));
				await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.work.done).containsExactly("afterwards"));
				assertThat(this.work.started).containsExactly("a");
			});
	}

	private Instant lastHeartbeat() {
		return JdbcClient.create(this.server.dataSource())
			.sql("select seen_at from " + this.schema + ".job_node")
			.query(OffsetDateTime.class)
			.single()
			.toInstant();
	}

	private static WorkerStatus status(ApplicationContext context) {
		return context.getBean(JobWorker.class).status();
	}

	private JobRecord awaitSuccess(ApplicationContext context, JobId id) {
		JobAdmin admin = context.getBean(JobAdmin.class);
		await().atMost(PATIENCE).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
		return admin.get(id);
	}

}
