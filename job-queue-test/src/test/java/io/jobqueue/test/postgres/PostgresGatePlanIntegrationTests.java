package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That no statement of a claim walks over the jobs that wait for a key which is full.
 */
class PostgresGatePlanIntegrationTests {

	private static final int BEHIND = 5_000;

	private static final int OTHERS = 200;

	private static final String EXCHANGE = "select kind from job_exchange_v1((select max(id) from job_node), 0, '{}', '{}',"
			+ " '{}', '{}', '{}', null, '[]', true, true, false, '{default}', '{500}', 500, false, '{}', '{0}', '{}', '{}', '{}')";

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	@BeforeEach
	void createSchema() {
		new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void jobsOfOtherKeysAreLetThroughWithoutAWalkOverThoseBehindAFullOne(boolean isAnalyzed) throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("set search_path to " + this.schema);
			statement.execute("insert into job_node (name, queues) values ('node', '{}')");
			enqueue(statement, BEHIND, "'full'", "\"max\": 1");
			int claimed = 0;
			for (int i = 0; i <= BEHIND / 1000; i++) {
				claimed += exchange(statement);
			}
			assertThat(claimed).isOne();
			if (isAnalyzed) {
				statement.execute("analyze job; analyze job_gate; analyze job_lease");
			}
			// Fewer than their keys allow, so it is looked whether some had to stay.
			enqueue(statement, OTHERS / 2, "'k' || n % 50", "\"max\": 3");
			enqueue(statement, OTHERS / 2, "'r' || n % 50", "\"rate\": 100, \"burst\": 10");
			LoggedPlans.begin(statement);
			List<String> plans = new ArrayList<>();
			assertThat(exchange(statement, plans)).isEqualTo(OTHERS);
			assertThat(plans).anyMatch((plan) -> plan.contains("job_gate_key_parked"))
				.allSatisfy((plan) -> assertThat(plan).doesNotContainPattern("Rows Removed by Filter: \\d{4,}"));
		}
	}

	private static void enqueue(Statement statement, int count, String key, String limits) throws SQLException {
		statement.execute(
				"insert into job (created_at, run_at, rank, max_attempts, state, queue, handler, arguments, limits)"
						+ " select now(), now(), 0, 10, 'parked', 'default', 'some.handler', '[]', '{\"key\": \"' || "
						+ key + " || '\", " + limits + "}' from generate_series(1, " + count + ") as n");
	}

	private static int exchange(Statement statement) throws SQLException {
		return exchange(statement, new ArrayList<>());
	}

	private static int exchange(Statement statement, List<String> plans) throws SQLException {
		int claimed = 0;
		try (ResultSet rows = statement.executeQuery(EXCHANGE)) {
			while (rows.next()) {
				claimed += rows.getString(1).equals("J") ? 1 : 0;
			}
			plans.addAll(LoggedPlans.of(statement));
		}
		return claimed;
	}

}
