package io.jobqueue.test.postgres;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that reads nothing for a while, and then everything.
 */
class PostgresStallIntegrationTests {

	private static final Duration SILENCE = Duration.ofMillis(500);

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final DataSource dataSource = PostgresServer.get().dataSource();

	private final PostgresOptions options = PostgresOptions.DEFAULT.withSchema(PostgresServer.get().newSchema());

	private final FaultyDataSource network = new FaultyDataSource(this.dataSource);

	private final PostgresJobStore store = new PostgresJobStore(this.dataSource, this.network,
			new JdbcTransactionManager(this.dataSource), this.options);

	@BeforeEach
	void createSchema() {
		new PostgresSchema(this.dataSource, this.options).migrate();
	}

	@AfterEach
	void closeStore() {
		this.store.close();
	}

	@Test
	void nodesThatCouldNotBeHeardAreNotDead() {
		long node = this.store.register(new NodeDescription("node", List.of("default")));
		this.network.setFault((query) -> {
			this.network.setFault(FaultyDataSource.NONE);
			Awaitility.await().atMost(PATIENCE).until(() -> isSilent(node));
			return query.run();
		});
		assertThat(this.store.rescue(SILENCE)).isEqualTo(Rescue.NONE);
		assertThat(this.store.heartbeat(node).isAlive()).isTrue();
	}

	@Test
	void nodesThatStaySilentAreDead() {
		long node = this.store.register(new NodeDescription("node", List.of("default")));
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.store.rescue(SILENCE).deadNodes()).containsExactly(node));
	}

	private boolean isSilent(long node) {
		return JdbcClient.create(this.dataSource)
			.sql("select seen_at < now() - interval '1 second' from " + this.options.schema()
					+ ".job_node where id = ?")
			.param(node)
			.query(Boolean.class)
			.single();
	}

}
