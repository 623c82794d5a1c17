package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Runs queries.
 */
final class SqlQuery {

	private SqlQuery() {
	}

	/**
	 * Return what the rows of a query become, in their order.
	 */
	static <T extends @Nullable Object> List<T> list(Connection connection, String sql, Binder binder,
			RowReader<T> reader) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			binder.bind(statement, connection);
			return list(statement, reader);
		}
	}

	static <T extends @Nullable Object> List<T> list(PreparedStatement statement, RowReader<T> reader)
			throws SQLException {
		List<T> found = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				found.add(reader.read(rows));
			}
		}
		return found;
	}

	/**
	 * Sets the parameters of a query.
	 */
	@FunctionalInterface
	interface Binder {

		/** For a query without parameters. */
		Binder NONE = (statement, connection) -> {
		};

		void bind(PreparedStatement statement, Connection connection) throws SQLException;

	}

	/**
	 * Reads one row of a query.
	 *
	 * @param <T> what a row becomes
	 */
	@FunctionalInterface
	interface RowReader<T extends @Nullable Object> {

		T read(ResultSet row) throws SQLException;

	}

}
