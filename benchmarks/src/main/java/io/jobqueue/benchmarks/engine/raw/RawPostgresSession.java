package io.jobqueue.benchmarks.engine.raw;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongConsumer;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.Worker;

/**
 * A table with a primary key.
 */
final class RawPostgresSession extends JdbcSession {

	private static final String TABLE = """
			create table if not exists raw_job (
				id bigint generated always as identity primary key, handler text not null, arguments text not null)""";

	private static final String INSERT = "insert into raw_job (handler, arguments) ";

	// Behind the last one, so that the dead rows before it are not walked.
	private static final String TAKE = """
			delete from raw_job where id in (
				select id from raw_job where id > ? order by id limit 500 for update skip locked)
			returning id, arguments""";

	// Of the loop's thread only.
	private long last;

	RawPostgresSession(String url, EngineSettings settings) {
		super(url);
		execute(TABLE);
	}

	@Override
	String insertMany() {
		return INSERT + "select 'benchmark', unnest(?::text[])";
	}

	@Override
	String insertOne() {
		return INSERT + "values ('benchmark', ?)";
	}

	@Override
	public Worker work(LongConsumer handler) {
		try {
			Connection connection = pool().getConnection();
			connection.setAutoCommit(false);
			PreparedStatement statement = connection.prepareStatement(TAKE);
			Loop loop = new Loop(() -> batch(connection, statement, handler));
			return () -> {
				loop.close();
				close(connection);
			};
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private int batch(Connection connection, PreparedStatement statement, LongConsumer handler) throws SQLException {
		int size = 0;
		statement.setLong(1, this.last);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				this.last = Math.max(this.last, rows.getLong(1));
				handler.accept(payload(rows.getString(2)));
				size++;
			}
		}
		connection.commit();
		return size;
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
