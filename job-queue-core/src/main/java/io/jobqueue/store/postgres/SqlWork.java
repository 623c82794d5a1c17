package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Something to do with a connection.
 *
 * @param <T> what comes out of it
 */
@FunctionalInterface
interface SqlWork<T> {

	T apply(Connection connection) throws SQLException;

}
