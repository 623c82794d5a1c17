package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Something to do with a connection.
 *
 * @param <T> what comes out of it
 */
@FunctionalInterface
interface SqlWork<T extends @Nullable Object> {

	T apply(Connection connection) throws SQLException;

}
