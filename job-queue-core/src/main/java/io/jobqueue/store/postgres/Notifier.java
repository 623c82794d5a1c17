package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;

/**
 * Sends {@code NOTIFY} to the other nodes, in a transaction of its own: inside a user's
 * transaction it would serialize all commits of the database. The first message of a
 * queue leaves at once, those of the next few milliseconds together. The thread is
 * started by the first message.
 */
final class Notifier implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Notifier.class);

	private static final Duration PAUSE = Duration.ofMillis(5);

	private static final String NOTIFY = "select pg_notify(?, payload) from unnest(?::text[]) as payload";

	private final OwnConnection connection;

	private final String channel;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// The rest is guarded by the lock.
	private final Set<String> pending = new LinkedHashSet<>();

	private @Nullable Thread thread;

	private boolean isClosed;

	Notifier(OwnConnection connection, String channel) {
		this.connection = connection;
		this.channel = channel;
	}

	void send(String payload) {
		this.lock.lock();
		try {
			if (this.isClosed) {
				return;
			}
			if (this.pending.add(payload)) {
				this.changed.signal();
			}
			if (this.thread == null) {
				this.thread = new Thread(this::run, "job-queue-notifier");
				this.thread.setDaemon(true);
				this.thread.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		for (List<String> payloads = next(); !payloads.isEmpty(); payloads = next()) {
			try {
				send(payloads);
			}
			catch (JobStoreException ex) {
				// Only a hint is lost: the other nodes look by themselves within their
				// poll interval.
				logger.debug("Other nodes were not notified of " + payloads, ex);
			}
			pause();
		}
	}

	private List<String> next() {
		this.lock.lock();
		try {
			while (this.pending.isEmpty() && !this.isClosed) {
				this.changed.awaitUninterruptibly();
			}
			List<String> payloads = List.copyOf(this.pending);
			this.pending.clear();
			return payloads;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(List<String> payloads) {
		this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, NOTIFY);
			statement.setString(1, this.channel);
			statement.setArray(2, SqlArrays.texts(open, payloads));
			statement.executeQuery().close();
			return payloads.size();
		});
	}

	private void pause() {
		this.lock.lock();
		try {
			long left = PAUSE.toNanos();
			while (left > 0 && !this.isClosed) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			// Nobody interrupts this thread but the end of the JVM.
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		Thread running;
		this.lock.lock();
		try {
			this.isClosed = true;
			this.changed.signal();
			running = this.thread;
		}
		finally {
			this.lock.unlock();
		}
		if (running != null) {
			try {
				running.join(TimeUnit.SECONDS.toMillis(2));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
