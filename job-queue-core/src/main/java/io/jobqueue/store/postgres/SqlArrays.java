package io.jobqueue.store.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Lists as array parameters, in the types of which the driver knows the binary form.
 */
final class SqlArrays {

	private SqlArrays() {
	}

	static Array longs(Connection connection, List<? extends @Nullable Long> values) throws SQLException {
		return connection.createArrayOf("int8", values.toArray(new Long[0]));
	}

	static Array ints(Connection connection, List<Integer> values) throws SQLException {
		return connection.createArrayOf("int4", values.toArray(new Integer[0]));
	}

	static Array shorts(Connection connection, List<Integer> values) throws SQLException {
		return connection.createArrayOf("int2", values.stream().map(Integer::shortValue).toArray(Short[]::new));
	}

	static Array texts(Connection connection, List<? extends @Nullable String> values) throws SQLException {
		return connection.createArrayOf("text", values.toArray(new String[0]));
	}

	static Array booleans(Connection connection, List<Boolean> values) throws SQLException {
		return connection.createArrayOf("bool", values.toArray(new Boolean[0]));
	}

	static Array times(Connection connection, List<? extends @Nullable Instant> values) throws SQLException {
		return connection.createArrayOf("timestamptz",
				column(values, (time) -> (time != null) ? time.toString() : null).toArray(new String[0]));
	}

	/**
	 * Return one value of each row.
	 */
	static <S extends @Nullable Object, T extends @Nullable Object> List<T> column(List<? extends S> rows,
			Function<S, T> value) {
		List<T> values = new ArrayList<>(rows.size());
		for (S row : rows) {
			values.add(value.apply(row));
		}
		return values;
	}

}
