package io.jobqueue.store.internal;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages, never on the thread of a caller. The first one leaves at once, those of
 * the next few milliseconds together, each once. The thread is started by the first
 * message. Thread-safe.
 */
public final class MessageBatcher implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(MessageBatcher.class);

	private static final Duration PAUSE = Duration.ofMillis(5);

	private final String threadName;

	private final Consumer<List<String>> sender;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	// The rest is guarded by the lock.
	private final Set<String> pending = new LinkedHashSet<>();

	private @Nullable Thread thread;

	private boolean isClosed;

	/**
	 * Create a batcher.
	 * @param threadName the name of its thread
	 * @param sender sends a batch; what it throws costs that batch
	 */
	public MessageBatcher(String threadName, Consumer<List<String>> sender) {
		this.threadName = threadName;
		this.sender = sender;
	}

	/**
	 * Send a message soon, unless this is closed or has the same to send anyway.
	 * @param message the message
	 */
	public void send(String message) {
		this.lock.lock();
		try {
			if (this.isClosed) {
				return;
			}
			if (this.pending.add(message)) {
				this.changed.signal();
			}
			if (this.thread == null) {
				this.thread = new Thread(this::run, this.threadName);
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
				this.sender.accept(messages);
			}
			catch (RuntimeException ex) {
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

	/**
	 * Send what is left, and end.
	 */
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
