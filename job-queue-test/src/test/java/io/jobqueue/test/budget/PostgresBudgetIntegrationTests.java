package io.jobqueue.test.budget;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.test.budget.Workload.Cost;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a job costs on PostgreSQL: bytes of write-ahead log, exchanges, allocated memory.
 * The limits are what was measured and a fifth.
 */
class PostgresBudgetIntegrationTests {

	private final Allocation allocation = new Allocation();

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private HikariDataSource pool;

	@BeforeEach
	void createPool() {
		this.pool = new HikariDataSource();
		this.pool.setDataSource(this.server.dataSource());
		this.pool.setMaximumPoolSize(4);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void jobWhoseHistoryIsKeptStaysWithinItsBudget() {
		Cost cost = measure(Retention.DEFAULT);
		assertThat(cost.enqueue()).isLessThan(390);
		assertThat(cost.drain()).isLessThan(390);
		assertThat(cost.exchanges()).isLessThan(0.02);
		assertThat(cost.enqueueAllocation()).isLessThan(2200);
		assertThat(cost.drainAllocation()).isLessThan(4600);
	}

	@Test
	void jobThatLeavesNoTraceStaysWithinItsBudget() {
		Cost cost = measure(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Retention.DEFAULT.cancelled()));
		assertThat(cost.enqueue()).isLessThan(390);
		assertThat(cost.drain()).isLessThan(125);
		assertThat(cost.exchanges()).isLessThan(0.02);
	}

	private Cost measure(Retention retention) {
		PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema).withRetention(retention);
		new PostgresSchema(this.server.dataSource(), options).migrate();
		try (PostgresJobStore store = new PostgresJobStore(this.pool, this.server.dataSource(),
				new JdbcTransactionManager(this.pool), options);
				Workload workload = new Workload(store, this::wal, this.allocation)) {
			return workload.measure();
		}
	}

	private long wal() {
		return JdbcClient.create(this.pool)
			.sql("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
			.query(Long.class)
			.single();
	}

}
