package io.jobqueue.test.postgres;

import java.sql.Connection;
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
 * That no statement about some jobs walks over all others, alive or dead, even if its
 * plan was made while the table was known to be empty, as that of a queue mostly is.
 */
class PostgresSettlePlanIntegrationTests {

	private static final String CLAIM = "select kind from job_exchange_v1((select max(id) from job_node), 0, '{}', '{}',"
			+ " '{}', '{}', '{}', null, '[]', true, true, false, '{default}', '{500}', 500, false, '{}', '{0}', '{}', '{}', '{}')";

	private static final String MARK = "select job_mark_v1((select max(id) from job_node),"
			+ " (select job_ids from job_lease order by id desc limit 1),"
			+ " array(select l.id from job_lease l, unnest(l.job_ids) where l.id = (select max(id) from job_lease)))";

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	@BeforeEach
	void createSchema() {
		new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"select job_finish_v1(1, true, (select job_ids from job_lease order by id desc limit 1),"
					+ " array(select 1 from job), array(select 'null' from job))",
			"select job_finish_v1(1, false, (select job_ids from job_lease order by id desc limit 1), null, null)",
			"select job_settle_others_v1(1, true, (select jsonb_agg(jsonb_build_object('id', j.id, 'kind', 'FAILED',"
					+ " 'millis', 1)) from job j))",
			"select job_settle_others_v1(1, true, (select jsonb_agg(jsonb_build_object('id', j.id, 'kind', 'RETRY',"
					+ " 'delay', 0)) from job j))",
			MARK })
	void onlyTheJobsThatAreMeantAreLookedAt(String settle) throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("set search_path to " + this.schema);
			statement.execute("insert into job_node (name, queues) values ('node', '{}')");
			enqueue(statement, 2000);
			statement.execute("delete from job");
			statement.execute("vacuum (truncate off, analyze) job");
			for (int i = 0; i < 7; i++) {
				enqueue(statement, 2);
				statement.execute(CLAIM);
				statement.execute(settle);
				statement.execute("delete from job; delete from job_lease");
			}
			enqueue(statement, 10);
			LoggedPlans.begin(statement);
			List<String> plans = new ArrayList<>();
			execute(statement, CLAIM, plans);
			execute(statement, settle, plans);
			assertThat(plans).anyMatch((plan) -> plan.contains("Index Scan using job_pkey on job"))
				.allSatisfy((plan) -> assertThat(plan)
					.doesNotContainPattern("Index Scan using job_pkey on job\\b[^\\n]*\\n\\s++(?!Index Cond)"));
		}
	}

	private static void execute(Statement statement, String call, List<String> plans) throws SQLException {
		statement.clearWarnings();
		statement.execute(call);
		// What the call itself needs for its arguments is none of its business.
		LoggedPlans.of(statement).stream().filter((plan) -> !plan.contains("Query Text: " + call)).forEach(plans::add);
	}

	private static void enqueue(Statement statement, int count) throws SQLException {
		statement.execute("insert into job (created_at, run_at, rank, max_attempts, state, queue, handler, arguments)"
				+ " select now(), now(), 0, 10, 'available', 'default', 'some.handler', '[]' from generate_series(1, "
				+ count + ")");
	}

}
