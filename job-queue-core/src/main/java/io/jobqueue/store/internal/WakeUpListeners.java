package io.jobqueue.store.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.WakeUps;

/**
 * Those who want to know what happened. Thread-safe; calls them without holding a lock.
 */
public final class WakeUpListeners implements WakeUps {

	private static final Log logger = LogFactory.getLog(WakeUpListeners.class);

	private final List<Listening> subscriptions = new CopyOnWriteArrayList<>();

	@Override
	public Subscription subscribe(Listener listener) {
		Listening listening = new Listening(listener);
		this.subscriptions.add(listening);
		return () -> this.subscriptions.remove(listening);
	}

	/**
	 * Return whether nobody wants to know.
	 * @return {@code true} if nobody is subscribed
	 */
	public boolean isEmpty() {
		return this.subscriptions.isEmpty();
	}

	/**
	 * Tell all of jobs in a queue.
	 * @param queue the queue
	 * @param priority the highest priority among them; 0 if it is not known
	 */
	public void available(String queue, int priority) {
		tell((listener) -> listener.available(queue, priority));
	}

	/**
	 * Tell all that running jobs are to be cancelled.
	 */
	public void cancellationRequested() {
		tell(Listener::cancellationRequested);
	}

	/**
	 * Tell all that the definition of a recurring job was added or changed.
	 */
	public void recurringChanged() {
		tell(Listener::recurringChanged);
	}

	/**
	 * Tell all that something has happened to a workflow.
	 */
	public void workflowChanged() {
		tell(Listener::workflowChanged);
	}

	/**
	 * Tell all that jobs which somebody waits for have ended.
	 * @param job the job, or {@code null} if it may be any
	 */
	public void ended(@Nullable JobId job) {
		tell((listener) -> listener.ended(job));
	}

	// Among those who call this is somebody who has just enqueued a job, and must not
	// hear of a listener's failure.
	private void tell(Consumer<Listener> event) {
		for (Listening listening : this.subscriptions) {
			try {
				event.accept(listening.listener);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener to wake-ups failed", ex);
			}
		}
	}

	/**
	 * One subscription. Compared by identity: a listener that subscribed twice can stop
	 * once.
	 */
	private static final class Listening {

		private final Listener listener;

		Listening(Listener listener) {
			this.listener = listener;
		}

	}

}
