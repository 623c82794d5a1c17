package io.jobqueue.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL. The embedded one has the settings of a fresh installation: what the
 * library relaxes for the sake of tests is undone, and checked.
 */
public final class PostgresServer implements Server {

	private static final List<String> DESCRIBED = List.of("server_version", "fsync", "synchronous_commit",
			"full_page_writes", "shared_buffers", "max_connections");

	private final @Nullable EmbeddedPostgres embedded;

	private final @Nullable Path directory;

	private final String url;

	private final Connection control;

	private int workspaces;

	private PostgresServer(@Nullable EmbeddedPostgres embedded, @Nullable Path directory, String url)
			throws SQLException {
		this.embedded = embedded;
		this.directory = directory;
		this.url = url;
		this.control = DriverManager.getConnection(url);
	}

	/**
	 * Use a server that is there.
	 * @param url the JDBC URL of any database of it, for a user who may create databases
	 * @return the server
	 */
	public static PostgresServer at(String url) {
		try {
			return new PostgresServer(null, null, url);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("No PostgreSQL at the URL", ex);
		}
	}

	/**
	 * Start a server.
	 * @param settings settings other than the defaults
	 * @return the server
	 */
	public static PostgresServer start(Map<String, String> settings) {
		try {
			Path directory = Files.createTempDirectory("job-queue-benchmarks");
			ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile());
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setDataDirectory(directory.resolve("data"))
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on")
				.setServerConfig("max_connections", "100")
				.setServerConfig("listen_addresses", "127.0.0.1")
				.setPGStartupWait(Duration.ofSeconds(60))
				.setOutputRedirector(log)
				.setErrorRedirector(log);
			settings.forEach(builder::setServerConfig);
			EmbeddedPostgres embedded = builder.start();
			PostgresServer server = new PostgresServer(embedded, directory,
					"jdbc:postgresql://127.0.0.1:" + embedded.getPort() + "/postgres?user=postgres");
			for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
				Assert.state("on".equals(server.text("show " + setting)), () -> setting + " is off");
			}
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The embedded PostgreSQL did not start", ex);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The embedded PostgreSQL does not answer", ex);
		}
	}

	@Override
	public Store store() {
		return Store.POSTGRES;
	}

	@Override
	public String description() {
		StringBuilder line = new StringBuilder("PostgreSQL");
		DESCRIBED.forEach((setting) -> line.append(", ").append(setting).append(' ').append(text("show " + setting)));
		return line.toString().replaceFirst(", server_version", "");
	}

	@Override
	public Workspace open() {
		this.workspaces++;
		String name = "benchmark_" + ProcessHandle.current().pid() + "_" + this.workspaces;
		execute("create database " + name);
		return new PostgresWorkspace(this, name);
	}

	/**
	 * Return where it is.
	 * @return the JDBC URL of a database that is not measured
	 */
	public String url() {
		return this.url;
	}

	String urlOf(String database) {
		return this.url.replaceFirst("/[^/?]*(\\?|$)", "/" + database + "$1");
	}

	List<ProcessHandle> processes() {
		return (this.directory != null) ? List.of(postmaster(this.directory)) : List.of();
	}

	private static ProcessHandle postmaster(Path directory) {
		try {
			Path file = directory.resolve("data").resolve("postmaster.pid");
			return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0).trim())).orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL is not running", ex);
		}
	}

	long number(String sql) {
		return Long.parseLong(text(sql));
	}

	synchronized String text(String sql) {
		try (Statement statement = this.control.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	synchronized void execute(String sql) {
		try (Statement statement = this.control.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	@Override
	public void close() {
		try {
			this.control.close();
			if (this.embedded != null && this.directory != null) {
				this.embedded.close();
				FileSystemUtils.deleteRecursively(this.directory);
			}
		}
		catch (IOException | SQLException ex) {
			throw new IllegalStateException("PostgreSQL did not stop", ex);
		}
	}

}
