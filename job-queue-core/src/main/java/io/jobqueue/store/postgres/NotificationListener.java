package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Receives {@code NOTIFY} from the other nodes, on a connection and a thread of its own.
 * When nothing comes for a while it asks the server whether it is still there, because a
 * half-open socket is silent for ever.
 */
final class NotificationListener implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(NotificationListener.class);

	private static final Duration SILENCE = Duration.ofSeconds(10);

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration FIRST_RETRY = Duration.ofMillis(100);

	private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

	private final Connector connector;

	private final String channel;

	private final OwnConnection sender;

	private final Consumer<String> receiver;

	private final Runnable onReconnect;

	private final Thread thread = new Thread(this::run, "job-queue-listener");

	private volatile boolean isClosed;

	private volatile @Nullable Connection connection;

	NotificationListener(DataSource source, String channel, OwnConnection sender, Consumer<String> receiver,
			Runnable onReconnect) {
		this.connector = new Connector(source, Connector.DEFAULT_TIMEOUT);
		this.channel = channel;
		this.sender = sender;
		this.receiver = receiver;
		this.onReconnect = onReconnect;
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	private void run() {
		Duration retry = FIRST_RETRY;
		while (!this.isClosed) {
			try (Connection open = this.connector.open(ANSWER_TIMEOUT)) {
				this.connection = open;
				open.setAutoCommit(true);
				try (Statement statement = open.createStatement()) {
					statement.execute("listen \"" + this.channel + '"');
				}
				retry = FIRST_RETRY;
				// What was sent while nobody listened is lost.
				this.onReconnect.run();
				receive(open);
			}
			catch (SQLException | RuntimeException ex) {
				if (!this.isClosed) {
					logger.debug("The connection that listens for new jobs is lost and will be opened again", ex);
					LockSupport.parkNanos(withJitter(retry));
					retry = (retry.multipliedBy(2).compareTo(LONGEST_RETRY) < 0) ? retry.multipliedBy(2)
							: LONGEST_RETRY;
				}
			}
		}
	}

	private void receive(Connection open) throws SQLException {
		PGConnection postgres = open.unwrap(PGConnection.class);
		while (!this.isClosed) {
			PGNotification[] notifications = postgres.getNotifications((int) SILENCE.toMillis());
			if (notifications == null || notifications.length == 0) {
				requireAlive(open);
				continue;
			}
			int own = this.sender.backend();
			for (PGNotification notification : notifications) {
				// This process has woken itself already.
				if (notification.getPID() != own) {
					this.receiver.accept(notification.getParameter());
				}
			}
		}
	}

	private void requireAlive(Connection open) throws SQLException {
		if (!this.isClosed && !open.isValid((int) ANSWER_TIMEOUT.toSeconds())) {
			throw new SQLException("The server does not answer");
		}
	}

	private static long withJitter(Duration delay) {
		return (long) (delay.toNanos() * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
	}

	@Override
	public void close() {
		this.isClosed = true;
		Connection open = this.connection;
		if (open != null) {
			try {
				// Ends the wait of the thread; close() would wait for it.
				open.abort(Runnable::run);
			}
			catch (SQLException ex) {
				logger.debug("The connection that listens for new jobs was not closed properly", ex);
			}
		}
		LockSupport.unpark(this.thread);
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(2));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
