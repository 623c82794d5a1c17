package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;

/**
 * Tells the other nodes, never on the thread of a caller. The first message of a queue
 * leaves at once, those of the next few milliseconds together. The thread is started by
 * the first message.
 */
final class Publisher implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Publisher.class);

	private static final Duration PAUSE = Duration.ofMillis(5);

	private final ScriptRunner connection;

	private final byte[] channel;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// The rest is guarded by the lock.
	private final Set<String> pending = new LinkedHashSet<>();

	private @Nullable Thread thread;

	private boolean isClosed;

	Publisher(ScriptRunner connection, RedisOptions options) {
		this.connection = connection;
		this.channel = Keys.bytes(options.channel());
	}

	void publish(String message) {
		this.lock.lock();
		try {
			if (this.isClosed) {
				return;
			}
			if (this.pending.add(message)) {
				this.changed.signal();
			}
			if (this.thread == null) {
				this.thread = new Thread(this::run, "job-queue-publisher");
				this.thread.setDaemon(true);
				this.thread.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		for (List<String> messages = next(); !messages.isEmpty(); messages = next()) {
			try {
				send(messages);
			}
			catch (JobStoreException ex) {
				// Only a hint is lost: the other nodes look by themselves within their
				// poll interval.
				logger.debug("Other nodes were not told of " + messages, ex);
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
			List<String> messages = List.copyOf(this.pending);
			this.pending.clear();
			return messages;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(List<String> messages) {
		this.connection.call((session) -> {
			List<Future<Long>> sent = messages.stream()
				.map((message) -> session.<Long>send((commands) -> commands.publish(this.channel, Keys.bytes(message))))
				.toList();
			sent.forEach(session::await);
			return sent;
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
				running.join(PAUSE.toMillis() * 100);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
