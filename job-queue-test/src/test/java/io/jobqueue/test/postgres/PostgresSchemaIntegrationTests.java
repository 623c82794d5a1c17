package io.jobqueue.test.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.store.postgres.PostgresSchemaException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How the tables come into the database.
 */
class PostgresSchemaIntegrationTests {

	private final PostgresServer server = PostgresServer.get();

	private final String name = this.server.newSchema();

	private final PostgresSchema schema = schema(this.name);

	@Test
	void migrateCreatesTheSchemaAndIsIdempotent() throws SQLException {
		this.schema.migrate();
		insertJob();
		this.schema.migrate();
		assertThat(count("job")).isEqualTo(1);
		assertThat(count("job_schema")).isEqualTo(1);
		this.schema.validate();
	}

	@Test
	void migrateUsesAnEmptySchemaThatExists() {
		this.server.execute("create schema " + this.name);
		this.schema.migrate();
		this.schema.validate();
	}

	@Test
	void tenNodesMigrateAtOnce() throws Exception {
		int nodes = 10;
		CyclicBarrier start = new CyclicBarrier(nodes);
		ExecutorService threads = Executors.newFixedThreadPool(nodes);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < nodes; i++) {
				running.add(threads.submit(() -> {
					start.await();
					this.schema.migrate();
					return null;
				}));
			}
			for (Future<?> node : running) {
				node.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(count("job_schema")).isEqualTo(1);
	}

	@Test
	void missingTablesAreNamedWithTheRemedy() {
		assertThatExceptionOfType(PostgresSchemaException.class).isThrownBy(this.schema::validate)
			.withMessageContaining("missing in schema '" + this.name + "'")
			.withMessageContaining("job-queue.postgres.initialize-schema=always")
			.withMessageContaining("V1__create_job_queue.sql");
	}

	@Test
	void tablesThatAreTooNewAreNamedWithTheRemedy() {
		this.schema.migrate();
		this.server.execute("insert into " + this.name + ".job_schema (version, oldest_client) values (1001, 1000)");
		assertThatExceptionOfType(PostgresSchemaException.class).isThrownBy(this.schema::validate)
			.withMessageContaining("version 1001")
			.withMessageContaining("Use the release of job-queue that the other nodes use");
		assertThatExceptionOfType(PostgresSchemaException.class).isThrownBy(this.schema::migrate)
			.withMessageContaining("version 1001");
	}

	@Test
	void newerTablesThatStillFitAreAccepted() throws SQLException {
		this.schema.migrate();
		this.server.execute("insert into " + this.name + ".job_schema (version, oldest_client) values (1001, 1)");
		this.schema.validate();
		this.schema.migrate();
		assertThat(count("job_schema")).isEqualTo(2);
	}

	@Test
	void missingRightIsNamedWithTheRemedy() {
		String user = "reader_" + this.name;
		this.server.execute("create role " + user + " login password 'secret'");
		try {
			PGSimpleDataSource reader = new PGSimpleDataSource();
			reader.setUrl(this.server.url().replaceAll("user=[^&]*", "user=" + user) + "&password=secret");
			assertThatExceptionOfType(PostgresSchemaException.class)
				.isThrownBy(new PostgresSchema(reader, PostgresOptions.DEFAULT.withSchema(this.name))::migrate)
				.withMessageContaining("permission denied")
				.withMessageContaining("Grant the database user the right")
				.withMessageContaining("job-queue.postgres.initialize-schema=never");
		}
		finally {
			this.server.execute("drop role " + user);
		}
	}

	@Test
	void unreachableServerIsAStoreException() {
		PGSimpleDataSource nowhere = new PGSimpleDataSource();
		nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none?user=none");
		PostgresSchema unreachable = new PostgresSchema(nowhere, PostgresOptions.DEFAULT);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(unreachable::migrate);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(unreachable::validate);
	}

	@Test
	void nameThatIsNoPlainIdentifierIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> schema("a\"; drop schema public"))
			.withMessageContaining("Use letters, digits and underscores");
	}

	@Test
	void schemasDoNotSeeEachOther() throws SQLException {
		String other = this.server.newSchema();
		this.schema.migrate();
		schema(other).migrate();
		insertJob();
		assertThat(count("job")).isEqualTo(1);
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from " + other + ".job")) {
			rows.next();
			assertThat(rows.getLong(1)).isZero();
		}
	}

	@Test
	void exchangeRefusesAnIsolationUnderWhichNodesWouldClaimTheSameJobs() {
		this.schema.migrate();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.server.execute("begin isolation level repeatable read; set local search_path to "
					+ this.name + "; select * from job_exchange_v1(1, 0,"
					+ " '{}', '{}', '{}', '{}', '{}', null, '[]', true, true, false, '{}', '{}', 0, true, '{}', '{}', '{}', '{}', '{}')"))
			.withStackTraceContaining("needs the isolation level read committed");
	}

	private PostgresSchema schema(String schemaName) {
		return new PostgresSchema(this.server.dataSource(), PostgresOptions.DEFAULT.withSchema(schemaName));
	}

	private void insertJob() {
		this.server
			.execute("insert into " + this.name + ".job (created_at, run_at, rank, max_attempts, state, queue, handler,"
					+ " arguments) values (now(), now(), 0, 10, 'available', 'default', 'some.handler', '[]')");
	}

	private long count(String table) throws SQLException {
		try (Connection connection = this.server.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from " + this.name + "." + table)) {
			rows.next();
			return rows.getLong(1);
		}
	}

}
