package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

import io.jobqueue.JobStoreException;

/**
 * A connection that belongs to one role of this node and is kept: an application that
 * exhausts its pool stops neither claims nor heartbeats. Opened when it is first needed,
 * and again after every error. Work takes turns; each statement is a transaction of its
 * own at isolation level {@code READ COMMITTED}, whatever the pool's defaults are.
 */
final class OwnConnection implements AutoCloseable {

	private final Connector connector;

	private final String role;

	private final Duration timeout;

	private final ReentrantLock lock = new ReentrantLock();

	// Both guarded by the lock.
	private final Map<String, PreparedStatement> statements = new HashMap<>();

	private @Nullable Connection connection;

	private volatile int backend;

	OwnConnection(DataSource source, String role, Duration timeout) {
		this(new Connector(source, Connector.DEFAULT_TIMEOUT), role, timeout);
	}

	OwnConnection(Connector connector, String role, Duration timeout) {
		this.connector = connector;
		this.role = role;
		this.timeout = timeout;
	}

	<T extends @Nullable Object> T call(SqlWork<T> work) {
		this.lock.lock();
		try {
			return work.apply(open());
		}
		catch (SQLException ex) {
			discard();
			throw new JobStoreException("The database did not do the " + this.role + ": " + ex.getMessage(), ex);
		}
		catch (RuntimeException | Error ex) {
			discard();
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Do work in one transaction. Should it fail, the connection is thrown away, and the
	 * transaction with it.
	 */
	<T extends @Nullable Object> T callInTransaction(SqlWork<T> work) {
		return call((connection) -> {
			connection.setAutoCommit(false);
			T result = work.apply(connection);
			connection.commit();
			connection.setAutoCommit(true);
			return result;
		});
	}

	/**
	 * Return a statement that stays prepared as long as the connection; to be called from
	 * work only.
	 */
	PreparedStatement prepare(Connection connection, String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			statement = connection.prepareStatement(sql);
			// A URL that forbids server-side statements (PgBouncer) is obeyed.
			if (connection.isWrapperFor(PGConnection.class)
					&& connection.unwrap(PGConnection.class).getPrepareThreshold() > 0) {
				statement.unwrap(PGStatement.class).setPrepareThreshold(1);
			}
			this.statements.put(sql, statement);
		}
		return statement;
	}

	/**
	 * Return the server process behind this connection, or 0.
	 */
	int backend() {
		return this.backend;
	}

	private Connection open() throws SQLException {
		Connection open = this.connection;
		if (open == null) {
			open = this.connector.open(this.timeout);
			this.connection = open;
			open.setReadOnly(false);
			open.setAutoCommit(true);
			open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			this.backend = open.isWrapperFor(PGConnection.class) ? open.unwrap(PGConnection.class).getBackendPID() : 0;
		}
		return open;
	}

	private void discard() {
		Connection broken = this.connection;
		this.connection = null;
		this.statements.clear();
		this.backend = 0;
		if (broken != null) {
			try {
				broken.close();
			}
			catch (SQLException ex) {
				// It is being thrown away because it is broken.
			}
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			discard();
		}
		finally {
			this.lock.unlock();
		}
	}

}
