package io.jobqueue.event;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to listeners, away from the threads that run jobs. Without listeners it
 * does nothing. Thread-safe.
 *
 * @since 0.1.0
 */
public final class JobEvents {

	/**
	 * How many events wait for slow listeners before further ones are dropped.
	 */
	public static final int CAPACITY = 10_000;

	private static final Log logger = LogFactory.getLog(JobEvents.class);

	private final List<JobListener> listeners;

	private final BlockingQueue<JobEvent> queue = new ArrayBlockingQueue<>(CAPACITY);

	private final AtomicLong dropped = new AtomicLong();

	private volatile @Nullable Thread thread;

	/**
	 * Create events.
	 * @param listeners who is told, in this order
	 */
	public JobEvents(List<JobListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Start to tell listeners.
	 */
	public synchronized void start() {
		if (!this.listeners.isEmpty() && this.thread == null) {
			Thread started = new Thread(this::run, "job-queue-events");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	/**
	 * Stop, after a short time for the events that are waiting.
	 */
	public void stop() {
		Thread stopped;
		synchronized (this) {
			stopped = this.thread;
			this.thread = null;
		}
		if (stopped != null) {
			try {
				stopped.join(200);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			stopped.interrupt();
		}
	}

	/**
	 * Return whether anybody listens.
	 * @return {@code true} if events are worth making
	 */
	public boolean hasListeners() {
		return !this.listeners.isEmpty();
	}

	/**
	 * Tell listeners, soon.
	 * @param event what happened
	 */
	public void publish(JobEvent event) {
		if (this.listeners.isEmpty() || this.queue.offer(event)) {
			return;
		}
		if (this.dropped.getAndIncrement() == 0) {
			logger.warn("Job listeners are too slow: " + CAPACITY
					+ " events wait, further ones are dropped until they catch up");
		}
	}

	private void run() {
		Thread self = Thread.currentThread();
		try {
			while (this.thread == self || !this.queue.isEmpty()) {
				JobEvent event = this.queue.poll(100, TimeUnit.MILLISECONDS);
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

	private void tell(JobEvent event) {
		for (JobListener listener : this.listeners) {
			try {
				listener.onJobEvent(event);
			}
			catch (Throwable ex) {
				report(listener, event, ex);
			}
		}
	}

	private void report(JobListener listener, JobEvent event, Throwable failure) {
		String text = "A job listener failed (listener: " + listener.getClass().getName() + ", event: " + event.type()
				+ ", id: " + event.id() + ")";
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
				logger.warn(count + " job events were dropped because listeners were too slow");
			}
		}
	}

}
