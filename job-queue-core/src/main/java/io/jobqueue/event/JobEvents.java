package io.jobqueue.event;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Hands events to listeners, away from the threads that run jobs: to each on a thread of
 * its own, so that none waits for another one. Without listeners it does nothing.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class JobEvents {

	/**
	 * How many events wait for a slow listener before further ones are dropped.
	 */
	public static final int CAPACITY = 10_000;

	private static final long STOP_MILLIS = 200;

	private final List<ListenerThread<JobEvent>> listeners;

	// Guarded by this.
	private int users;

	/**
	 * Create events.
	 * @param listeners who is told
	 */
	public JobEvents(List<JobListener> listeners) {
		this.listeners = listeners.stream()
			.map((listener) -> new ListenerThread<>(listener, listener::onJobEvent,
					(JobEvent event) -> event.type() + " of job " + event.id()))
			.toList();
	}

	/**
	 * Start to tell listeners. Each user of these events starts and stops them; the last
	 * stop counts.
	 */
	public void start() {
		synchronized (this) {
			this.users++;
		}
		this.listeners.forEach(ListenerThread::start);
	}

	/**
	 * Stop, after a short time for the events that are waiting.
	 */
	public void stop() {
		synchronized (this) {
			this.users--;
			if (this.users > 0) {
				return;
			}
		}
		List<Thread> stopped = this.listeners.stream().map(ListenerThread::stop).filter(Objects::nonNull).toList();
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
		for (Thread thread : stopped) {
			try {
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (left > 0) {
					thread.join(left);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			thread.interrupt();
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
		this.listeners.forEach((listener) -> listener.add(event));
	}

}
