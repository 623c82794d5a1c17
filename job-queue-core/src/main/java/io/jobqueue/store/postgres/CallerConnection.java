package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.internal.AfterCommit;

/**
 * The connection of the calling thread: that of its transaction on the same data source
 * if there is one, otherwise one from the pool that commits each statement, whatever the
 * pool's default is.
 */
final class CallerConnection {

	private final DataSource dataSource;

	CallerConnection(DataSource dataSource) {
		// A transaction manager binds its connections to the target of such a proxy, too.
		this.dataSource = (dataSource instanceof TransactionAwareDataSourceProxy proxy
				&& proxy.getTargetDataSource() != null) ? proxy.getTargetDataSource() : dataSource;
	}

	/**
	 * Return whether the calling thread is in a transaction on this data source. A
	 * connection is bound to the thread when such a transaction begins, so one that is
	 * not bound yet belongs to a transaction of something else. It is still bound while
	 * synchronizations are told that the transaction is over, as those of transactional
	 * event listeners are; nothing would commit what is done with it then.
	 */
	boolean isInTransaction() {
		return AfterCommit.isInTransaction() && TransactionSynchronizationManager.hasResource(this.dataSource);
	}

	<T> T call(String what, SqlWork<T> work) {
		try {
			return isInTransaction() ? callInTransaction(work) : callAlone(work);
		}
		catch (SQLException ex) {
			throw new JobStoreException("The database did not " + what + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Do work that changes rows which others change, too: without a transaction it runs
	 * at {@code READ COMMITTED}, where such statements wait for each other instead of
	 * failing.
	 */
	<T> T callReadCommitted(String what, SqlWork<T> work) {
		return call(what, isInTransaction() ? work : (connection) -> {
			int isolation = connection.getTransactionIsolation();
			if (isolation == Connection.TRANSACTION_READ_COMMITTED) {
				return work.apply(connection);
			}
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			try {
				return work.apply(connection);
			}
			finally {
				connection.setTransactionIsolation(isolation);
			}
		});
	}

	/**
	 * Make one transaction of work that is called without one.
	 */
	static <T> SqlWork<T> atomically(SqlWork<T> work) {
		return (connection) -> {
			connection.setAutoCommit(false);
			try {
				T result = work.apply(connection);
				connection.commit();
				return result;
			}
			finally {
				// Does nothing after the commit.
				connection.rollback();
				connection.setAutoCommit(true);
			}
		};
	}

	private <T> T callInTransaction(SqlWork<T> work) throws SQLException {
		Connection connection = DataSourceUtils.doGetConnection(this.dataSource);
		try {
			return work.apply(connection);
		}
		finally {
			DataSourceUtils.doReleaseConnection(connection, this.dataSource);
		}
	}

	private <T> T callAlone(SqlWork<T> work) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			boolean autoCommit = connection.getAutoCommit();
			if (autoCommit) {
				return work.apply(connection);
			}
			connection.setAutoCommit(true);
			try {
				return work.apply(connection);
			}
			finally {
				connection.setAutoCommit(false);
			}
		}
	}

}
