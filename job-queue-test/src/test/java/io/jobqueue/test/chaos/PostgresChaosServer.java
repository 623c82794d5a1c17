package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL that can be stopped and started with its data kept, and that loses nothing
 * when it is stopped without ceremony: unlike the embedded server of the other tests it
 * waits for the disk.
 */
final class PostgresChaosServer implements ChaosServer {

	private final Path directory;

	private final int port;

	// Guarded by this.
	private EmbeddedPostgres server;

	PostgresChaosServer(Path directory) {
		this.directory = directory;
		this.port = Ports.free();
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	@Override
	public synchronized void start() {
		if (this.server != null) {
			return;
		}
		ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(this.directory.resolve("postgres.log").toFile());
		try {
			this.server = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory.resolve("postgres"))
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(this.port)
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on")
				.setServerConfig("listen_addresses", "127.0.0.1")
				.setServerConfig("log_min_messages", "warning")
				.setPGStartupWait(Duration.ofSeconds(60))
				.setOutputRedirector(log)
				.setErrorRedirector(log)
				.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("PostgreSQL did not start; its log is in " + this.directory, ex);
		}
	}

	/**
	 * Open transactions are rolled back.
	 */
	@Override
	public void stopFast() {
		close();
	}

	/**
	 * The next start recovers from the log.
	 */
	@Override
	public synchronized void stopImmediately() {
		ProcessHandle postmaster = postmaster();
		Signals.send("QUIT", postmaster.pid());
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !postmaster.isAlive());
		close();
	}

	private ProcessHandle postmaster() {
		try {
			Path file = this.directory.resolve("postgres").resolve("postmaster.pid");
			long pid = Long.parseLong(Files.readAllLines(file).get(0).trim());
			return ProcessHandle.of(pid).orElseThrow();
		}
		catch (IOException ex) {
			throw new IllegalStateException("PostgreSQL is not running", ex);
		}
	}

	// The processes of its connections would go on.
	@Override
	public void hang() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void wakeUp() {
		throw new UnsupportedOperationException();
	}

	@Override
	public int port() {
		return this.port;
	}

	static String url(int port, String applicationName) {
		return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&ApplicationName=" + applicationName;
	}

	/**
	 * Return a data source that opens a new connection every time, past all proxies.
	 */
	DataSource dataSource(String applicationName) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url(this.port, applicationName) + "&connectTimeout=5&socketTimeout=60");
		return dataSource;
	}

	void execute(String sql) throws SQLException {
		try (Connection connection = dataSource("chaos-control").getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public synchronized void close() {
		if (this.server != null) {
			try {
				this.server.close();
			}
			catch (IOException ex) {
				throw new IllegalStateException("PostgreSQL did not stop; its log is in " + this.directory, ex);
			}
			finally {
				this.server = null;
			}
		}
	}

}
