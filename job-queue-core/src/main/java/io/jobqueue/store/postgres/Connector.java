package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

/**
 * Opens connections that never wait for ever, not even for the server's first words: a
 * driver without time-outs would, if the network is lost just then. Thread-safe.
 */
final class Connector {

	/**
	 * How long opening a connection may take.
	 */
	static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

	private final DataSource source;

	private final Duration timeout;

	Connector(DataSource source, Duration timeout) {
		this.source = source;
		this.timeout = timeout;
	}

	/**
	 * Open a connection.
	 * @param networkTimeout how long each of its answers may take
	 */
	Connection open(Duration networkTimeout) throws SQLException {
		CompletableFuture<Connection> opening = new CompletableFuture<>();
		// The driver cannot be interrupted, so this thread is given up if need be.
		Thread thread = new Thread(() -> open(opening), "job-queue-connect");
		thread.setDaemon(true);
		thread.start();
		Connection connection = await(opening);
		connection.setNetworkTimeout(Runnable::run, (int) networkTimeout.toMillis());
		return connection;
	}

	private void open(CompletableFuture<Connection> opening) {
		try {
			Connection connection = this.source.getConnection();
			if (!opening.complete(connection)) {
				connection.close();
			}
		}
		catch (Throwable ex) {
			opening.completeExceptionally(ex);
		}
	}

	private Connection await(CompletableFuture<Connection> opening) throws SQLException {
		try {
			return opening.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = ex.getCause();
			throw (cause instanceof SQLException refused) ? refused
					: new SQLException("The connection could not be opened: " + cause, cause);
		}
		catch (TimeoutException ex) {
			throw giveUp(opening, "The server did not answer within " + this.timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw giveUp(opening, "Interrupted while a connection was being opened");
		}
	}

	private static SQLException giveUp(CompletableFuture<Connection> opening, String reason) throws SQLException {
		SQLException failure = new SQLTimeoutException(reason);
		if (!opening.completeExceptionally(failure) && !opening.isCompletedExceptionally()) {
			// It came at the last moment, and nobody else will close it.
			opening.join().close();
		}
		return failure;
	}

}
