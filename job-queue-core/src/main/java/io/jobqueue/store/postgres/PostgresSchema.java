package io.jobqueue.store.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.Assert;

import io.jobqueue.JobStoreException;

/**
 * The tables and functions in the database: versioned scripts, each applied once, in
 * order, under a lock that makes any number of nodes starting at once wait for the first.
 * The scripts lie beside this class in {@code migration} and can be run by Flyway or
 * Liquibase as they are; then this class finds them applied.
 *
 * @since 0.1.0
 */
public final class PostgresSchema {

	/**
	 * The scripts, the first being version 1.
	 */
	static final List<String> SCRIPTS = List.of("V1__create_job_queue.sql");

	private static final Log logger = LogFactory.getLog(PostgresSchema.class);

	private static final int VERSION = SCRIPTS.size();

	private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('%s', 7092500))";

	private static final String EXISTS = "select 1 from pg_namespace where nspname = '%s'";

	private static final String TABLE_EXISTS = "select to_regclass('\"%s\".job_schema') is not null";

	private static final String READ_VERSION = "select max(version), max(oldest_client) from @.job_schema";

	private final DataSource dataSource;

	private final PostgresOptions options;

	/**
	 * Create access to a schema.
	 * @param dataSource the database
	 * @param options which schema
	 */
	public PostgresSchema(DataSource dataSource, PostgresOptions options) {
		Assert.notNull(dataSource, "'dataSource' must not be null");
		this.dataSource = dataSource;
		this.options = options;
	}

	/**
	 * Apply the scripts that have not been applied yet, in one transaction, creating the
	 * schema if it does not exist. Safe to call from many nodes at once.
	 * @throws PostgresSchemaException if the schema was made by a release too new, or a
	 * script fails
	 * @throws JobStoreException if the database cannot be reached
	 */
	public void migrate() {
		try (Connection connection = this.dataSource.getConnection()) {
			boolean autoCommit = connection.getAutoCommit();
			connection.setAutoCommit(false);
			try {
				migrate(connection);
				connection.commit();
			}
			catch (SQLException ex) {
				connection.rollback();
				throw new PostgresSchemaException(
						"The tables of job-queue could not be created or updated in schema '" + this.options.schema()
								+ "': " + ex.getMessage(),
						"Grant the database user the right to create them, or run the scripts yourself and set"
								+ " job-queue.postgres.initialize-schema=never",
						ex);
			}
			finally {
				connection.rollback();
				connection.setAutoCommit(autoCommit);
			}
		}
		catch (SQLException ex) {
			throw new JobStoreException("The database could not be reached to prepare its schema", ex);
		}
	}

	/**
	 * Check that the tables are there and fit this release.
	 * @throws PostgresSchemaException if they are missing, too old or too new
	 * @throws JobStoreException if the database cannot be reached
	 */
	public void validate() {
		int version;
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			boolean autoCommit = connection.getAutoCommit();
			connection.setAutoCommit(true);
			try {
				version = version(statement);
			}
			finally {
				connection.setAutoCommit(autoCommit);
			}
		}
		catch (SQLException ex) {
			throw new JobStoreException("The database could not be reached to check its schema", ex);
		}
		if (version < VERSION) {
			throw new PostgresSchemaException(
					(version == 0) ? "The tables of job-queue are missing in schema '" + this.options.schema() + "'"
							: "The tables of job-queue in schema '" + this.options.schema() + "' have version "
									+ version + ", but this release needs version " + VERSION,
					"Set job-queue.postgres.initialize-schema=always, or run the scripts "
							+ SCRIPTS.subList(version, VERSION)
							+ " from io/jobqueue/store/postgres/migration in the jar of job-queue-core",
					null);
		}
	}

	private void migrate(Connection connection) throws SQLException {
		String schema = this.options.schema();
		try (Statement statement = connection.createStatement()) {
			statement.execute(LOCK.formatted(schema));
			if (!exists(statement, schema)) {
				statement.execute("create schema \"" + schema + '"');
			}
			int version = version(statement);
			if (version >= VERSION) {
				return;
			}
			statement.execute("set local search_path to \"" + schema + '"');
			for (String script : SCRIPTS.subList(version, VERSION)) {
				statement.execute(read(script));
			}
			logger.info("Applied " + SCRIPTS.subList(version, VERSION) + " to schema '" + schema + "'");
		}
	}

	// Asked before, because "create schema if not exists" needs the right to create even
	// if there is nothing to create.
	private boolean exists(Statement statement, String schema) throws SQLException {
		try (ResultSet found = statement.executeQuery(EXISTS.formatted(schema))) {
			return found.next();
		}
	}

	private int version(Statement statement) throws SQLException {
		try (ResultSet found = statement.executeQuery(TABLE_EXISTS.formatted(this.options.schema()))) {
			found.next();
			if (!found.getBoolean(1)) {
				return 0;
			}
		}
		try (ResultSet versions = statement.executeQuery(this.options.qualify(READ_VERSION))) {
			versions.next();
			if (versions.getInt(2) > VERSION) {
				throw new PostgresSchemaException(
						"The tables of job-queue in schema '" + this.options.schema() + "' have version "
								+ versions.getInt(1) + ", which works with releases of schema version "
								+ versions.getInt(2) + " or later; this release has version " + VERSION,
						"Use the release of job-queue that the other nodes use, or a later one", null);
			}
			return versions.getInt(1);
		}
	}

	private static String read(String script) {
		try {
			return new ClassPathResource("migration/" + script, PostgresSchema.class)
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException("The script " + script + " is missing in the jar of job-queue-core", ex);
		}
	}

}
