package io.jobqueue.test.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Claims that the server has committed, and whose answers are lost.
 */
class PostgresLostAnswerIntegrationTests {

	private static final String QUEUE = "default";

	private final PostgresServer server = PostgresServer.get();

	private final PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.server.newSchema());

	private final FaultyDataSource network = new FaultyDataSource(this.server.dataSource());

	private PostgresJobStore store;

	private long node;

	private JobId id;

	@BeforeEach
	void createStore() {
		DataSource dataSource = this.server.dataSource();
		new PostgresSchema(dataSource, this.options).migrate();
		this.store = new PostgresJobStore(dataSource, this.network, new JdbcTransactionManager(dataSource),
				this.options);
		this.node = register();
		this.id = this.store
			.enqueue(List.of(new NewJob("some.handler", QUEUE, 0, 10, "[]", Map.of(), null, null, null, null)))
			.get(0);
	}

	@AfterEach
	void closeStore() {
		this.store.close();
	}

	@Test
	void jobsAreClaimedAgainByTheSameNode() {
		loseAnswer();
		assertClaimed(claim());
	}

	@Test
	void jobsAreClaimedAgainByTheSuccessorOfANodeThatHasLapsedSince() {
		loseAnswer();
		this.node = register();
		assertClaimed(claim());
	}

	@Test
	void jobsAreGivenBackWhenTheNodeSettlesWithoutAnId() {
		loseAnswer();
		this.store.exchange(new Exchange(0, List.of(), Claim.NONE));
		assertThat(this.store.admin().get(this.id).node()).isNull();
	}

	private void loseAnswer() {
		this.network.setFault((query) -> {
			query.run();
			throw new SQLException("The answer is lost");
		});
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this::claim);
		this.network.setFault(FaultyDataSource.NONE);
		assertThat(this.store.admin().get(this.id).node()).isEqualTo(this.node);
	}

	private void assertClaimed(List<ClaimedJob> jobs) {
		assertThat(jobs).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(this.id);
			assertThat(job.abandonments()).isZero();
		});
	}

	private List<ClaimedJob> claim() {
		return this.store.exchange(new Exchange(this.node, List.of(), Claim.of(QUEUE, 10))).claimed();
	}

	private long register() {
		return this.store.register(new NodeDescription("test", List.of(QUEUE)));
	}

}
