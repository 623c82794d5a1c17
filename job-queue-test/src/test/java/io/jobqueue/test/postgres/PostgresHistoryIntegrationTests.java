package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The partitions of the history.
 */
class PostgresHistoryIntegrationTests {

	private final PostgresServer server = PostgresServer.get();

	private final DataSource dataSource = this.server.dataSource();

	private final String schema = this.server.newSchema();

	private PostgresJobStore store;

	@BeforeEach
	void createStore() {
		PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema)
			.withRetention(new Retention(Duration.ofDays(2), Duration.ofDays(30), Duration.ofDays(2)));
		new PostgresSchema(this.dataSource, options).migrate();
		this.store = new PostgresJobStore(this.dataSource, this.dataSource, new JdbcTransactionManager(this.dataSource),
				options);
	}

	@AfterEach
	void closeStore() {
		this.store.close();
	}

	@Test
	void everyDayAheadHasAPartitionPerState() throws SQLException {
		assertThat(partitions()).hasSize(3 * 4);
		this.store.prune();
		assertThat(partitions()).hasSize(3 * 4);
	}

	@Test
	void partitionsWhoseRetentionIsOverAreDroppedByState() throws SQLException {
		addDay("succeeded", 5);
		addDay("failed", 5);
		addDay("cancelled", 1);
		assertThat(this.store.prune()).isEqualTo(1);
		assertThat(partitions()).hasSize(3 * 4 + 2);
	}

	@Test
	void pruningLeavesAPartitionThatSomebodyReadsAndDoesNotWait() throws SQLException {
		addDay("succeeded", 5);
		try (Connection reader = this.dataSource.getConnection(); Statement statement = reader.createStatement()) {
			reader.setAutoCommit(false);
			statement.executeQuery("select * from " + this.schema + ".job_history").close();
			assertThat(this.store.prune()).isZero();
			reader.rollback();
		}
		assertThat(this.store.prune()).isEqualTo(1);
	}

	@Test
	void rowsOfADayThatNobodyPreparedAreMovedIntoItsPartition() throws SQLException {
		this.server.execute("drop table " + this.schema + "." + today("succeeded"));
		this.server.execute("insert into " + this.schema
				+ ".job_history (id, created_at, run_at, started_at, finished_at, rank,"
				+ " attempt, max_attempts, abandoned, state, queue, handler, arguments) values (1, now(), now(), now(), now(), 0, 1,"
				+ " 1, 0, 'succeeded', 'default', 'some.handler', '[]')");
		assertThat(count("job_history_succeeded_default")).isEqualTo(1);
		this.store.prune();
		assertThat(count("job_history_succeeded_default")).isZero();
		assertThat(count(today("succeeded"))).isEqualTo(1);
	}

	private String today(String state) throws SQLException {
		return strings("select 'job_history_" + state + "_' || to_char(now() at time zone 'UTC', 'YYYYMMDD')").get(0);
	}

	private void addDay(String state, int daysAgo) throws SQLException {
		String day = strings("select to_char(now() at time zone 'UTC' - interval '" + daysAgo + " days', 'YYYYMMDD')")
			.get(0);
		this.server.execute("create table " + this.schema + ".job_history_" + state + "_" + day + " partition of "
				+ this.schema + ".job_history_" + state + " for values from ('" + day + " 00:00:00+00') to ('" + day
				+ " 24:00:00+00')");
	}

	private List<String> partitions() throws SQLException {
		return strings("select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = '"
				+ this.schema + "' and relkind = 'r' and relname ~ '^job_history.*[0-9]{8}$'");
	}

	private long count(String table) throws SQLException {
		return Long.parseLong(strings("select count(*) from " + this.schema + "." + table).get(0));
	}

	private List<String> strings(String query) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(query)) {
			List<String> strings = new ArrayList<>();
			while (rows.next()) {
				strings.add(rows.getString(1));
			}
			return strings;
		}
	}

}
