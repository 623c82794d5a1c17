package io.jobqueue.benchmarks.engine.raw;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Pool;

/**
 * A table, filled by plain JDBC.
 */
abstract class JdbcSession implements LiveSession {

	private static final int BATCH = 1000;

	/** The pool of an application with Spring Boot has as many. */
	private static final int CONNECTIONS = 10;

	private final HikariDataSource pool;

	JdbcSession(String url) {
		this.pool = Pool.create(url, CONNECTIONS);
	}

	final HikariDataSource pool() {
		return this.pool;
	}

	final void execute(String sql) {
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	/**
	 * An insert of as many rows as there are elements in its only parameter, an array.
	 */
	abstract String insertMany();

	/** An insert of one row, whose only parameter is the arguments. */
	abstract String insertOne();

	@Override
	public final void enqueueAll(LongStream payloads) {
		PrimitiveIterator.OfLong each = payloads.iterator();
		try (Connection connection = this.pool.getConnection();
				PreparedStatement statement = connection.prepareStatement(insertMany())) {
			String[] batch = new String[BATCH];
			while (each.hasNext()) {
				int size = 0;
				while (size < BATCH && each.hasNext()) {
					batch[size++] = arguments(each.nextLong());
				}
				String[] rows = (size == BATCH) ? batch : Arrays.copyOf(batch, size);
				statement.setArray(1, connection.createArrayOf("text", rows));
				statement.execute();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public final void schedule(LongStream payloads, Duration delay) {
		throw new UnsupportedOperationException("It knows no due times");
	}

	@Override
	public final void enqueue(long payload) {
		try (Connection connection = this.pool.getConnection();
				PreparedStatement statement = connection.prepareStatement(insertOne())) {
			statement.setString(1, arguments(payload));
			statement.execute();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String arguments(long payload) {
		return "[" + payload + "]";
	}

	static long payload(String arguments) {
		return Long.parseLong(arguments, 1, arguments.length() - 1, 10);
	}

	@Override
	public final void disconnect() {
		Pool.disconnect(this.pool);
	}

	@Override
	public final void close() {
		this.pool.close();
	}

}
