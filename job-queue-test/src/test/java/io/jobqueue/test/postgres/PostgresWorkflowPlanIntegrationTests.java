package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the server does what steps of workflows ask of it.
 */
class PostgresWorkflowPlanIntegrationTests {

	private static final int MANY = 1000;

	private static final String TAKE = """
			select count(*) from job_workflow_take_v1(
				array(select id from job_workflow order by id), array(select version from job_workflow order by id),
				array(select 'RUNNING' from job_workflow), array(select false from job_workflow),
				array(select '{}' from job_workflow), array(select id from job_workflow_signal where id % 2 = 0),
				array(select workflow_id from job_workflow_signal where id % 2 = 0))""";

	private static final String CHANGE = """
			select 1 from job_change_tasks_v1(
				array(select workflow_id from job_task order by 1), array(select number from job_task),
				array(select 'LIVE' from job_task), array(select workflow_id from job_task order by 1),
				array(select '{}' from job_task))""";

	private static final String DELETE = "delete from job_workflow; delete from job_task; delete from job_workflow_signal";

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private Connection connection;

	private Statement statement;

	@BeforeEach
	void createSchema() throws SQLException {
		new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
		this.connection = this.server.dataSource().getConnection();
		this.statement = this.connection.createStatement();
		this.statement.execute("set search_path to " + this.schema);
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@Test
	void everythingIsFoundByItsKeyEvenIfTheTablesWereEmptyWhenThePlansWereMade() throws SQLException {
		create(MANY);
		this.statement.execute(DELETE);
		for (String table : List.of("job_workflow", "job_task", "job_workflow_signal")) {
			// Pages that are known to have no rows.
			this.statement.execute("vacuum (truncate off, analyze) " + table);
		}
		for (int i = 0; i < 2; i++) {
			create(2);
			assertThat(count("select count(*) from job_workflow_look_v1(1000)")).isEqualTo(1 + 2 * 4);
			assertThat(count(TAKE)).isEqualTo(2);
			assertThat(count(CHANGE)).isOne();
			this.statement.execute(DELETE);
		}
		create(MANY);
		LoggedPlans.begin(this.statement);
		List<String> plans = new ArrayList<>();
		assertThat(count("select count(*) from job_workflow_look_v1(100000)", plans)).isEqualTo(1 + MANY * 4);
		assertThat(count(TAKE, plans)).isEqualTo(MANY);
		assertThat(count(CHANGE, plans)).isOne();
		assertThat(plans).hasSizeGreaterThan(8)
			.anyMatch((plan) -> plan.contains("Conflict Resolution: UPDATE"))
			.allSatisfy((plan) -> assertThat(plan)
				.doesNotContainPattern(
						"Rows Removed by (Join )?Filter: \\d{" + (1 + String.valueOf(MANY).length()) + ",}")
				.doesNotContainPattern("loops=" + MANY + "\\b.*\\n.*Rows Removed by (Join )?Filter: \\d{2,}"));
	}

	@Test
	void onlyWhatFollowsFromSignalsNeedNotWaitForTheDisk() throws SQLException {
		create(1);
		this.statement.execute("set synchronous_commit = on");
		this.connection.setAutoCommit(false);
		assertThat(count(TAKE)).isOne();
		assertThat(commits()).isEqualTo("off");
		this.connection.commit();
		assertThat(commits()).isEqualTo("on");
		this.statement.execute("delete from job_workflow_signal");
		assertThat(count(TAKE)).isOne();
		assertThat(commits()).isEqualTo("on");
	}

	// Workflows of a task, each with a signal that it has ended and one that nobody
	// takes.
	private void create(int count) throws SQLException {
		this.statement.execute("insert into job_workflow (id, name, state, finished, created_at, content, status)"
				+ " select n, 'flow', 'RUNNING', false, now(), '{}', '{}' from generate_series(1, " + count + ") as n");
		this.statement.execute("insert into job_task (workflow_id, number, name, phase, content, status)"
				+ " select n, 0, 'task', 'LIVE', '{}', '{}' from generate_series(1, " + count + ") as n");
		this.statement.execute("alter sequence job_workflow_signal_id_seq restart");
		this.statement.execute("insert into job_workflow_signal (workflow_id, number, job_id, ended_at, posted)"
				+ " select n, case when k = 0 then 0 end, case when k = 0 then n end, now(), case when k = 1 then 'news' end"
				+ " from generate_series(1, " + count + ") as n, generate_series(0, 1) as k");
	}

	private String commits() throws SQLException {
		try (ResultSet row = this.statement.executeQuery("show synchronous_commit")) {
			row.next();
			return row.getString(1);
		}
	}

	private int count(String query) throws SQLException {
		return count(query, new ArrayList<>());
	}

	private int count(String query, List<String> plans) throws SQLException {
		this.statement.clearWarnings();
		try (ResultSet row = this.statement.executeQuery(query)) {
			row.next();
			plans.addAll(LoggedPlans.of(this.statement));
			return row.getInt(1);
		}
	}

}
