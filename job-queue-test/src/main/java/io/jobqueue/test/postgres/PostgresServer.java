package io.jobqueue.test.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL server of a test run: one per JVM, started when it is first asked for,
 * stopped with the JVM. It is
 * <ol>
 * <li>the one that the environment variable {@value #URL} names, with its user and
 * password in the URL,</li>
 * <li>otherwise a container, where a Docker engine answers,</li>
 * <li>otherwise the server that ships as a Maven artifact.</li>
 * </ol>
 * There is no way to go on without one: a suite that silently tests nothing is worse than
 * none.
 *
 * @since 0.1.0
 */
public final class PostgresServer {

	/**
	 * The environment variable with the JDBC URL of a server to use.
	 */
	public static final String URL = "JOB_QUEUE_TEST_POSTGRES_URL";

	/**
	 * The environment variable with the image of the container.
	 */
	public static final String IMAGE = "JOB_QUEUE_TEST_POSTGRES_IMAGE";

	private static final AtomicInteger schemas = new AtomicInteger();

	private static @Nullable PostgresServer instance;

	private final String url;

	private PostgresServer(String url) {
		this.url = url;
	}

	/**
	 * Return the server of this JVM, started if need be.
	 * @return the server
	 */
	public static synchronized PostgresServer get() {
		if (instance == null) {
			instance = new PostgresServer(start());
		}
		return instance;
	}

	private static String start() {
		String url = System.getenv(URL);
		if (url != null) {
			return url;
		}
		return hasDocker() ? startContainer() : startEmbedded();
	}

	// The look at the socket spares those without an engine the complaints of
	// Testcontainers.
	private static boolean hasDocker() {
		return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
				&& DockerClientFactory.instance().isDockerAvailable();
	}

	private static String startContainer() {
		String image = System.getenv().getOrDefault(IMAGE, "postgres:18");
		@SuppressWarnings("resource")
		PostgreSQLContainer container = new PostgreSQLContainer(image);
		container.start();
		return container.getJdbcUrl() + "&user=" + container.getUsername() + "&password=" + container.getPassword();
	}

	private static String startEmbedded() {
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setServerConfig("shared_preload_libraries", "auto_explain")
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
			return server.getJdbcUrl("postgres", "postgres");
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded PostgreSQL did not start. Name a server by " + URL
					+ "=jdbc:postgresql://host/database?user=...&password=..., or run a Docker engine", ex);
		}
	}

	private static void close(EmbeddedPostgres server) {
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The embedded PostgreSQL did not stop", ex);
		}
	}

	/**
	 * Return how to reach the server.
	 * @return a JDBC URL with user and password
	 */
	public String url() {
		return this.url;
	}

	/**
	 * Return a data source that opens a new connection every time.
	 * @return the data source
	 */
	public DataSource dataSource() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.url);
		return dataSource;
	}

	/**
	 * Return the name of a schema that no other test of this JVM uses. It does not exist.
	 * @return the name
	 */
	public String newSchema() {
		String schema = "test_" + ProcessHandle.current().pid() + "_" + schemas.incrementAndGet();
		execute("drop schema if exists " + schema + " cascade");
		return schema;
	}

	/**
	 * Execute statements.
	 * @param sql the text of one or more statements
	 */
	public void execute(String sql) {
		try (Connection connection = dataSource().getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The test database refused: " + sql, ex);
		}
	}

}
