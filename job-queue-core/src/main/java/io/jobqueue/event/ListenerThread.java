package io.jobqueue.event;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One listener, the events that wait for it, and its thread, so that no listener waits
 * for another one. Thread-safe.
 *
 * @param <E> the type of the events
 * @since 0.1.0
 */
public final class ListenerThread<E> {

	private static final Log logger = LogFactory.getLog(ListenerThread.class);

	private final Object listener;

	private final Consumer<E> action;

	private final Function<E, String> description;

	private final BlockingQueue<E> queue = new ArrayBlockingQueue<>(JobEvents.CAPACITY);

	private final AtomicLong dropped = new AtomicLong();

	private volatile @Nullable Thread thread;

	/**
	 * Create a thread, which is not running.
	 * @param listener the listener
	 * @param action tells it of an event
	 * @param description describes an event in the log
	 */
	public ListenerThread(Object listener, Consumer<E> action, Function<E, String> description) {
		this.listener = listener;
		this.action = action;
		this.description = description;
	}

	/**
	 * Start. Does nothing if it is running.
	 */
	public synchronized void start() {
		if (this.thread == null) {
			Thread started = new Thread(this::run, "job-queue-events");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	/**
	 * Begin to stop.
	 * @return the thread that ends when no event waits, or {@code null} if there is none
	 */
	public synchronized @Nullable Thread stop() {
		Thread stopped = this.thread;
		this.thread = null;
		return stopped;
	}

	/**
	 * Tell the listener, soon.
	 * @param event what happened
	 */
	public void add(E event) {
		if (!this.queue.offer(event) && this.dropped.getAndIncrement() == 0) {
			logger.warn("A listener is too slow (listener: " + name() + "): " + JobEvents.CAPACITY
					+ " events wait, further ones are dropped until it catches up");
		}
	}

	private void run() {
		Thread self = Thread.currentThread();
		try {
			while (this.thread == self || !this.queue.isEmpty()) {
				E event = this.queue.poll(100, TimeUnit.MILLISECONDS);
				if (event != null) {
					tell(event);
					reportDropped();
				}
			}
		}
		catch (InterruptedException ex) {
			// Stopped, and the time for what was left is over.
		}
	}

	private void tell(E event) {
		try {
			this.action.accept(event);
		}
		catch (Throwable ex) {
			report(event, ex);
		}
	}

	private void report(E event, Throwable failure) {
		String text = "A listener failed (listener: " + name() + ", event: " + this.description.apply(event) + ")";
		try {
			logger.error(text, failure);
		}
		catch (Throwable ex) {
			// What it threw cannot even be shown.
			logger.error(text + ": " + failure.getClass().getName());
		}
	}

	private void reportDropped() {
		if (this.queue.isEmpty()) {
			long count = this.dropped.getAndSet(0);
			if (count > 0) {
				logger.warn(
						count + " job events were dropped because a listener was too slow (listener: " + name() + ")");
			}
		}
	}

	private String name() {
		return this.listener.getClass().getName();
	}

}
