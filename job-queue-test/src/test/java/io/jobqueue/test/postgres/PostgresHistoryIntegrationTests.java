package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The partitions of the history, and what is removed from them.
 */
class PostgresHistoryIntegrationTests {

	private final PostgresServer server = PostgresServer.get();

	private final DataSource dataSource = this.server.dataSource();

	private final String schema = this.server.newSchema();

	private PostgresJobStore store;

	@BeforeEach
	void createSchema() {
		new PostgresSchema(this.dataSource, PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
		createStore(new Retention(Duration.ofDays(2), Duration.ofDays(30), Duration.ofDays(2)));
	}

	private void createStore(Retention retention) {
		PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema).withRetention(retention);
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

	@Test
	void daysThatHaveOnlyJobsThatAreTooManyAreDropped() throws SQLException {
		addDay("failed", 3);
		addDay("failed", 2);
		addDay("failed", 1);
		addJobs("failed", 1, 100, 3);
		addJobs("failed", 101, 200, 2);
		addJobs("failed", 201, 300, 1);
		createStore(Retention.DEFAULT.withMaxFailed(150));
		assertThat(this.store.prune()).isEqualTo(1 + 50);
		assertThat(partitions()).hasSize(3 * 4 + 2);
		assertThat(strings("select count(*) || ' from ' || min(id) from " + this.schema + ".job_history"))
			.containsExactly("150 from 151");
	}

	@Test
	void dayThatIsNotOverIsNeverDropped() throws SQLException {
		addJobs("failed", 1, 100, 0);
		addDay("failed", 1);
		addJobs("failed", 101, 110, 1);
		createStore(Retention.DEFAULT.withMaxFailed(5));
		this.store.prune();
		assertThat(partitions()).hasSize(3 * 4 + 1);
		assertThat(strings("select id from " + this.schema + ".job_history order by id")).containsExactly("106", "107",
				"108", "109", "110");
	}

	@Test
	void surplusIsRemovedInPortions() throws SQLException {
		addJobs("succeeded", 1, 130_000, 0);
		createStore(Retention.DEFAULT.withMaxSucceeded(1000));
		assertThat(this.store.prune()).isEqualTo(JobStore.PRUNED_AT_ONCE);
		assertThat(count("job_history")).isEqualTo(30_000);
		assertThat(this.store.prune()).isEqualTo(29_000);
		assertThat(strings("select count(*) || ' from ' || min(id) from " + this.schema + ".job_history"))
			.containsExactly("1000 from 129001");
		assertThat(this.store.prune()).isZero();
	}

	@Test
	void pruningLeavesAJobThatSomebodyHoldsAndDoesNotWait() throws SQLException {
		addJobs("failed", 1, 100, 0);
		createStore(Retention.DEFAULT.withMaxFailed(10));
		try (Connection holder = this.dataSource.getConnection(); Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("select * from " + this.schema + ".job_history where id = 7 for update");
			assertThat(this.store.prune()).isEqualTo(89);
			holder.rollback();
		}
		assertThat(this.store.prune()).isEqualTo(1);
		assertThat(count("job_history")).isEqualTo(10);
	}

	@Test
	void surplusIsFoundByAWalkAlongTheIndexesOnly() throws SQLException {
		addDay("succeeded", 1);
		addJobs("succeeded", 1, 20_000, 1);
		addJobs("succeeded", 20_001, 40_000, 0);
		this.server.execute("vacuum analyze " + this.schema + ".job_history");
		String surplus = plan("select job_history_surplus_v1('succeeded', 39000)", "offset $1");
		assertThat(surplus).contains("Merge Append")
			.contains("Index Only Scan Backward")
			.doesNotContain("Seq Scan")
			.doesNotContain("Bitmap")
			.doesNotContain("Sort  ");
		String trim = plan("select * from job_trim_history_v1('succeeded', 0, 1000, 10000)", "skip locked");
		assertThat(trim).contains("Merge Append").contains("Index Scan").doesNotContain("Seq Scan");
	}

	private String plan(String call, String part) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("set search_path to " + this.schema + "; load 'auto_explain';"
					+ " set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;"
					+ " set auto_explain.log_nested_statements = on; set client_min_messages = log");
			List<String> plans = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery(call)) {
				rows.next();
				for (SQLWarning plan = statement.getWarnings(); plan != null; plan = plan.getNextWarning()) {
					plans.add(plan.getMessage());
				}
			}
			return plans.stream().filter((plan) -> plan.contains(part)).findFirst().orElseThrow();
		}
	}

	private void addJobs(String state, int from, int to, int daysAgo) throws SQLException {
		String time = "now() - interval '" + daysAgo + " days'";
		this.server.execute("insert into " + this.schema
				+ ".job_history (id, created_at, run_at, started_at, finished_at, rank, attempt, max_attempts,"
				+ " abandoned, state, queue, handler, arguments) select n, " + (time + ", ").repeat(4) + "0, 1, 1, 0, '"
				+ state + "', 'default', 'some.handler', '[]' from generate_series(" + from + ", " + to + ") as n");
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
