package io.jobqueue.store.memory;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.store.WakeUps;

/**
 * Those who want to know what happened. Thread-safe; calls them without holding a lock.
 */
final class MemoryWakeUps implements WakeUps {

	private static final Log logger = LogFactory.getLog(MemoryWakeUps.class);

	private final List<Listening> subscriptions = new CopyOnWriteArrayList<>();

	@Override
	public Subscription subscribe(Listener listener) {
		Listening listening = new Listening(listener);
		this.subscriptions.add(listening);
		return () -> this.subscriptions.remove(listening);
	}

	void available(Collection<String> queues) {
		queues.forEach((queue) -> tell((listener) -> listener.available(queue)));
	}

	void cancellationRequested() {
		tell(Listener::cancellationRequested);
	}

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
