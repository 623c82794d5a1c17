package io.jobqueue.test.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.test.postgres.PostgresServer;

/**
 * The store on a real server, in one schema that is emptied for each test.
 */
public final class PostgresFixture implements JobStoreFixture {

	private static final String SCHEMA = PostgresServer.get().newSchema();

	static {
		new PostgresSchema(PostgresServer.get().dataSource(), PostgresOptions.DEFAULT.withSchema(SCHEMA)).migrate();
	}

	/**
	 * What callers of the store use, as an application would: opening a connection takes
	 * 30 ms.
	 */
	private static final DataSource POOL = createPool();

	private final List<PostgresJobStore> stores = new ArrayList<>();

	private Retention retention = Retention.DEFAULT;

	private static DataSource createPool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setDataSource(PostgresServer.get().dataSource());
		pool.setMaximumPoolSize(20);
		pool.setMinimumIdle(1);
		return pool;
	}

	@Override
	public JobStore createStore(Retention retention) {
		close();
		this.retention = retention;
		execute(sql(
				"truncate @.job, @.job_lease, @.job_node, @.job_queue, @.job_cancel, @.job_unique, @.job_await, @.job_history, "
						+ "@.job_gate, @.job_gate_signal, @.job_bucket, @.job_limit, @.job_recurring, @.job_recurring_declared, @.job_workflow, @.job_task, @.job_workflow_signal"));
		return create();
	}

	@Override
	public Optional<JobStore> secondInstance() {
		return Optional.of(create());
	}

	private PostgresJobStore create() {
		PostgresJobStore store = new PostgresJobStore(POOL, PostgresServer.get().dataSource(),
				new JdbcTransactionManager(POOL),
				PostgresOptions.DEFAULT.withSchema(SCHEMA).withRetention(this.retention));
		this.stores.add(store);
		return store;
	}

	@Override
	public Instant now() {
		try (Connection connection = POOL.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select statement_timestamp()")) {
			row.next();
			return row.getObject(1, OffsetDateTime.class).toInstant();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void advance(Duration duration) {
		shift("job", duration, "created_at", "run_at", "deadline");
		shift("job_node", duration, "started_at", "seen_at");
		shift("job_lease", duration, "claimed_at");
		shift("job_gate_signal", duration, "due_at");
		shift("job_bucket", duration, "filled_at");
		shift("job_unique", duration, "until");
		shift("job_await", duration, "expires_at");
		shift("job_recurring", duration, "due_at", "next_at", "last_at");
		shift("job_workflow", duration, "created_at", "ends_at", "finished_at");
		shift("job_recurring_declared", duration, "declared_at");
		// A signal is not later than the history that it tells of, at no moment.
		shift("job_workflow_signal", duration, "ended_at");
		shift("job_history", duration, "created_at", "run_at", "started_at", "finished_at");
	}

	// Each table by itself: rows of several held together would meet those that workers
	// hold in another order.
	private void shift(String table, Duration duration, String... columns) {
		String changes = Arrays.stream(columns)
			.map((column) -> column + " = " + column + " - interval '" + duration.toMillis() + " milliseconds'")
			.collect(Collectors.joining(", "));
		execute(sql("update @." + table + " set " + changes));
	}

	@Override
	public boolean forgetNode(long node) {
		execute(sql("delete from @.job_node where id = " + node));
		return true;
	}

	private void execute(String sql) {
		try (Connection connection = POOL.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The test database refused: " + sql, ex);
		}
	}

	private static String sql(String text) {
		return text.replace("@.", SCHEMA + ".");
	}

	@Override
	public void close() {
		this.stores.forEach(PostgresJobStore::close);
		this.stores.clear();
	}

}
