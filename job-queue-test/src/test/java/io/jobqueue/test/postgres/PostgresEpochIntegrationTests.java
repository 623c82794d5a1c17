package io.jobqueue.test.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Claims that come later than their node expected: the connection broke or was too slow,
 * the node has given them up and ended its epoch.
 */
class PostgresEpochIntegrationTests {

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	@BeforeEach
	void createNodeAndJob() {
		new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(this.schema)).migrate();
		execute("insert into job_node (name, queues) values ('node', '{}')");
		execute("insert into job (created_at, run_at, rank, max_attempts, state, queue, handler, arguments)"
				+ " values (now(), now(), 0, 10, 'available', 'default', 'some.handler', '[]')");
	}

	@Test
	void claimThatWasGivenUpIsRefused() throws SQLException {
		assertThat(endEpoch(1)).isEmpty();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> execute(claim(0)))
			.withStackTraceContaining("has been given up");
		assertThat(leases()).isZero();
		execute(claim(1));
		assertThat(leases()).isOne();
	}

	@Test
	void jobsOfAClaimThatWasNotAnsweredAreGivenBack() throws SQLException {
		execute(claim(0));
		assertThat(endEpoch(1)).containsExactly("default");
		assertThat(leases()).isZero();
		execute(claim(1));
		assertThat(leases()).isOne();
	}

	@Test
	void claimThatIsUnderWayIsWaitedFor() throws SQLException {
		try (Connection slow = this.server.dataSource().getConnection(); Statement statement = slow.createStatement()) {
			slow.setAutoCommit(false);
			statement.execute(inSchema(claim(0)));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> endEpoch(1))
				.withMessageContaining("lock timeout");
			slow.commit();
		}
		assertThat(endEpoch(2)).containsExactly("default");
		assertThat(leases()).isZero();
	}

	@Test
	void endOfAnEpochThatComesLateItselfGivesNothingBack() throws SQLException {
		assertThat(endEpoch(2)).isEmpty();
		execute(claim(2));
		assertThat(endEpoch(1)).isEmpty();
		assertThat(endEpoch(2)).isEmpty();
		assertThat(leases()).isOne();
	}

	private String[] endEpoch(int epoch) throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("set search_path to " + this.schema);
			try (ResultSet row = statement.executeQuery("select job_end_epoch_v1(1, " + epoch + ", '{}', true)")) {
				row.next();
				Array queues = row.getArray(1);
				return (String[]) queues.getArray();
			}
		}
	}

	private static String claim(int epoch) {
		return "select * from job_exchange_v1(1, " + epoch + ", '{}', '{}', '{}', '{}', '{}', null, '[]', true, true,"
				+ " false, '{default}', '{10}', 10, true, '{}', '{0}', '{}', '{}', '{}')";
	}

	private long leases() throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from " + this.schema + ".job_lease")) {
			row.next();
			return row.getLong(1);
		}
	}

	private void execute(String sql) {
		this.server.execute(inSchema(sql));
	}

	private String inSchema(String sql) {
		return "set search_path to " + this.schema + "; " + sql;
	}

}
