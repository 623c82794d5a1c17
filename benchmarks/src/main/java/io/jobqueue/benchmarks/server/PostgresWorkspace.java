package io.jobqueue.benchmarks.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A database of its own. Counters are read from another database, so that reading them
 * does not count.
 */
final class PostgresWorkspace implements Workspace {

	/** The library that counts statements. */
	static final String STATEMENTS = "pg_stat_statements";

	private final PostgresServer server;

	private final String database;

	PostgresWorkspace(PostgresServer server, String database) {
		this.server = server;
		this.database = database;
	}

	@Override
	public String url() {
		return this.server.urlOf(this.database);
	}

	/**
	 * Have statistics for the planner, as autovacuum gives them to a queue that lives.
	 */
	@Override
	public void settle() {
		try (Connection connection = DriverManager.getConnection(url());
				Statement statement = connection.createStatement()) {
			statement.execute("analyze");
		}
		catch (SQLException ex) {
			throw new IllegalStateException("No statistics", ex);
		}
	}

	@Override
	public Counters counters() {
		return new Counters(this.server.number("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"),
				this.server.number("select xact_commit from pg_stat_database where datname = '" + this.database + "'"),
				null, ProcessTree.cpuNanosOf(processes()));
	}

	@Override
	public @Nullable Long statements() {
		if (!this.server.text("show shared_preload_libraries").contains(STATEMENTS)) {
			return null;
		}
		this.server.execute("create extension if not exists " + STATEMENTS);
		return this.server.number("select coalesce(sum(calls), 0) from " + STATEMENTS
				+ " s join pg_database d on d.oid = s.dbid where d.datname = '" + this.database + "'");
	}

	@Override
	public List<ProcessHandle> processes() {
		return this.server.processes();
	}

	@Override
	public void close() {
		this.server.execute("drop database " + this.database + " with (force)");
		this.server.execute("checkpoint");
	}

}
