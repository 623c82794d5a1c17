package io.jobqueue.store.postgres;

import java.sql.SQLException;

/**
 * What the server's error codes mean, see appendix A of its manual.
 */
final class SqlStates {

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private static final String NO_DATA_FOUND = "P0002";

	private SqlStates() {
	}

	/**
	 * Return whether a row stayed locked for longer than the statement was to wait.
	 */
	static boolean isLockNotAvailable(SQLException ex) {
		return LOCK_NOT_AVAILABLE.equals(ex.getSQLState());
	}

	/**
	 * Return whether a row was expected that does not exist.
	 */
	static boolean isNoDataFound(SQLException ex) {
		return NO_DATA_FOUND.equals(ex.getSQLState());
	}

}
