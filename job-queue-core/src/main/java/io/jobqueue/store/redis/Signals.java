package io.jobqueue.store.redis;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnectionFactory;

import io.jobqueue.JobId;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.internal.Arrival;
import io.jobqueue.store.internal.MessageBatcher;
import io.jobqueue.store.internal.WakeUpListeners;

/**
 * Tells this process, and through the server the others, which queues have new jobs.
 * Thread-safe.
 */
final class Signals implements WakeUps, AutoCloseable {

	/** Instead of the name of a queue: running jobs are to be cancelled. */
	private static final String CANCELLATION = "!";

	/** Instead of the name of a queue: the definition of a recurring job was changed. */
	private static final String RECURRING = "~";

	/**
	 * Before the id of a job, or alone: it, or any, has ended, and somebody waits for it.
	 */
	private static final String ENDED = "=";

	private final WakeUpListeners listeners = new WakeUpListeners();

	private final RedisConnectionFactory connections;

	private final RedisOptions options;

	private final MessageBatcher batcher;

	private final LongAdder sent = new LongAdder();

	private final LongAdder received = new LongAdder();

	private volatile Set<String> known = Set.of();

	// Guarded by this.
	private @Nullable MessageReceiver receiver;

	Signals(RedisConnectionFactory connections, ScriptRunner scripts, RedisOptions options) {
		this.connections = connections;
		this.options = options;
		Publisher publisher = new Publisher(scripts, options);
		this.batcher = new MessageBatcher("job-queue-publisher", (messages) -> {
			publisher.send(messages);
			this.sent.add(messages.size());
		});
	}

	@Override
	public Subscription subscribe(Listener subscriber) {
		Subscription subscription = this.listeners.subscribe(subscriber);
		synchronized (this) {
			if (this.options.isListening() && this.receiver == null) {
				this.receiver = new MessageReceiver(this.connections, this.options, this::receiveFromServer,
						this::wakeAll);
				this.receiver.start();
			}
		}
		return () -> unsubscribe(subscription);
	}

	private void unsubscribe(Subscription subscription) {
		subscription.close();
		MessageReceiver idle = null;
		synchronized (this) {
			if (this.listeners.isEmpty()) {
				idle = this.receiver;
				this.receiver = null;
			}
		}
		if (idle != null) {
			idle.close();
		}
	}

	/**
	 * Tell of new jobs.
	 * @param arrivals the highest priority among them, by queue
	 */
	void enqueued(Map<String, Integer> arrivals) {
		arrivals.forEach((queue, priority) -> publish(new Arrival(queue, priority).message()));
	}

	/**
	 * Tell that queues have jobs.
	 */
	void available(Collection<String> queues) {
		queues.forEach(this::publish);
	}

	/**
	 * Tell that running jobs are to be cancelled.
	 */
	void cancellationRequested() {
		publish(CANCELLATION);
	}

	/**
	 * Tell that the definition of a recurring job was changed.
	 */
	void recurringChanged() {
		publish(RECURRING);
	}

	/**
	 * Tell this process that something has happened to a workflow. The others look for
	 * that every now and then.
	 */
	void workflowChanged() {
		this.listeners.workflowChanged();
	}

	/**
	 * Tell that jobs have ended which somebody waits for.
	 */
	void ended(Collection<JobId> jobs) {
		jobs.forEach((job) -> publish(ENDED + job));
	}

	/**
	 * Tell that jobs have ended which somebody may wait for.
	 */
	void someEnded() {
		publish(ENDED);
	}

	private void publish(String message) {
		receive(message);
		if (this.options.isListening()) {
			this.batcher.send(message);
		}
	}

	@Override
	public Traffic traffic() {
		return new Traffic(this.sent.sum(), this.received.sum());
	}

	private void receiveFromServer(String message) {
		this.received.increment();
		receive(message);
	}

	private void receive(String message) {
		if (message.equals(CANCELLATION)) {
			this.listeners.cancellationRequested();
		}
		else if (message.equals(RECURRING)) {
			this.listeners.recurringChanged();
		}
		else if (message.startsWith(ENDED)) {
			String job = message.substring(ENDED.length());
			this.listeners.ended(job.isEmpty() ? null : JobId.parse(job));
		}
		else {
			Arrival arrival = Arrival.parse(message);
			this.listeners.available(arrival.queue(), arrival.priority());
		}
	}

	private void wakeAll() {
		this.known.forEach(this::receive);
		this.listeners.ended(null);
	}

	/**
	 * Remember the queues that this process works, to wake them when a connection was
	 * lost.
	 */
	void know(List<String> queues) {
		this.known = Set.copyOf(queues);
	}

	@Override
	public void close() {
		MessageReceiver listening;
		synchronized (this) {
			listening = this.receiver;
			this.receiver = null;
		}
		this.batcher.close();
		if (listening != null) {
			listening.close();
		}
	}

}
