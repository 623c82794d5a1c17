package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How PostgreSQL executes a claim, as its own {@code auto_explain} tells.
 */
class PostgresClaimPlanIntegrationTests {

	private static final int WAITING = 100_000;

	private static final int LEASED = 5_000;

	private static final int CLAIMED = 500;

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	@BeforeEach
	void createSchema() {
		new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
	}

	@Test
	void claimUsesTheReadyIndexAndAHashedSubplanBeforeStatisticsAreKnown() throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("alter table " + this.schema + ".job set (autovacuum_enabled = false)");
			prepare(statement);
			assertThatClaimIsQuick(claim(statement));
		}
	}

	@Test
	void claimUsesTheReadyIndexAndAHashedSubplanWithStatistics() throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			prepare(statement);
			statement.execute("analyze " + this.schema + ".job; analyze " + this.schema + ".job_lease");
			assertThatClaimIsQuick(claim(statement));
		}
	}

	@Test
	void claimKeepsThePlanOfAnEmptyTable() throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("set search_path to " + this.schema);
			statement.execute("insert into job_node (name, queues) values ('planner', '{}')");
			statement.execute("analyze job; analyze job_lease");
			for (int i = 0; i < 10; i++) {
				statement.executeQuery(claimCall()).close();
			}
			prepare(statement);
			assertThatClaimIsQuick(claim(statement));
		}
	}

	private void prepare(Statement statement) throws SQLException {
		statement.execute("set search_path to " + this.schema);
		statement.execute("insert into job_node (name, queues) values ('node', '{}')");
		statement.execute("insert into job (created_at, run_at, rank, max_attempts, state, queue, handler, arguments)"
				+ " select now(), now(), 0, 10, 'available', 'default', 'some.handler', '[]' from generate_series(1, "
				+ (WAITING + LEASED) + ")");
		statement
			.execute("insert into job_lease (node, queue, job_ids) select 1, 'default', array_agg(id) from (select id,"
					+ " row_number() over (order by id) / 100 as part from job order by id limit " + LEASED
					+ ") j group by part");
	}

	private static String claimCall() {
		return "select kind, id from job_exchange_v1((select max(id) from job_node), 0, '{}', '{}', '{}', '{}', '{}', null,"
				+ " '[]', true, true, false, '{default}', '{" + CLAIMED + "}', " + CLAIMED
				+ ", true, '{}', '{0}', '{}', '{}', '{}')";
	}

	private String claim(Statement statement) throws SQLException {
		LoggedPlans.begin(statement);
		int claimed = 0;
		List<String> plans = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery(claimCall())) {
			while (rows.next()) {
				claimed += rows.getString(1).equals("J") ? 1 : 0;
			}
			plans.addAll(LoggedPlans.of(statement));
		}
		assertThat(claimed).isEqualTo(CLAIMED);
		return plans.stream()
			.filter((plan) -> plan.contains("not in") && plan.contains("(j.rank, j.id) >"))
			.findFirst()
			.orElseThrow();
	}

	private void assertThatClaimIsQuick(String plan) {
		assertThat(plan).contains("Index Scan using job_ready on job j")
			.contains("hashed SubPlan")
			.doesNotContain("Seq Scan")
			.doesNotContain("Sort")
			.containsPattern("Rows Removed by Filter: " + LEASED);
	}

}
