package io.jobqueue.store.postgres;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.internal.AfterCommit;
import io.jobqueue.store.internal.Arrival;
import io.jobqueue.store.internal.MessageBatcher;
import io.jobqueue.store.internal.WakeUpListeners;

/**
 * Tells this process, and through the database the others, which queues have new jobs:
 * after the commit of the transaction that brought them, and never in it. Thread-safe.
 */
final class Signals implements WakeUps, AutoCloseable {

	/**
	 * Before the name of a queue: jobs have come back, so look below the low-water marks.
	 */
	private static final char RETURNED = '<';

	/** Instead of the name of a queue: running jobs are to be cancelled. */
	private static final String CANCELLATION = "!";

	/** Instead of the name of a queue: the definition of a recurring job was changed. */
	private static final String RECURRING = "~";

	/**
	 * Before the id of a job, or alone: it, or any, has ended, and somebody waits for it.
	 */
	private static final char ENDED = '=';

	private final WakeUpListeners listeners = new WakeUpListeners();

	private final DataSource source;

	private final PostgresOptions options;

	private final OwnConnection connection;

	private final LowWaterMarks marks;

	private final AfterCommit<News> committed = new AfterCommit<>(News::new, this::tell);

	private final LongAdder sent = new LongAdder();

	private final LongAdder received = new LongAdder();

	// Guarded by this.
	private @Nullable MessageBatcher batcher;

	private @Nullable NotificationListener listener;

	private Set<String> known = Set.of();

	Signals(DataSource source, PostgresOptions options, OwnConnection connection, LowWaterMarks marks) {
		this.source = source;
		this.options = options;
		this.connection = connection;
		this.marks = marks;
	}

	@Override
	public Subscription subscribe(Listener subscriber) {
		Subscription subscription = this.listeners.subscribe(subscriber);
		synchronized (this) {
			if (this.options.isListening() && this.listener == null) {
				this.listener = new NotificationListener(this.source, this.options.channel(), this.connection,
						this::receiveFromOthers, this::wakeAll);
				this.listener.start();
			}
		}
		return () -> unsubscribe(subscription);
	}

	private void unsubscribe(Subscription subscription) {
		subscription.close();
		NotificationListener idle = null;
		synchronized (this) {
			if (this.listeners.isEmpty()) {
				idle = this.listener;
				this.listener = null;
			}
		}
		if (idle != null) {
			idle.close();
		}
	}

	/**
	 * Tell of new jobs, after the commit if the calling thread is in a transaction.
	 * @param arrivals the highest priority among them, by queue
	 */
	void enqueued(Map<String, Integer> arrivals, boolean isInTransaction) {
		publish(messages("", arrivals), isInTransaction);
	}

	/**
	 * Tell that queues may have jobs, after the commit if the calling thread is in a
	 * transaction.
	 */
	void available(Set<String> queues, boolean isInTransaction) {
		publish(queues, isInTransaction);
	}

	/**
	 * Tell of jobs that have become available although their ids are smaller than
	 * others', after the commit if the calling thread is in a transaction.
	 */
	void returned(Set<String> queues, boolean isInTransaction) {
		publish(queues.stream().map((queue) -> RETURNED + queue).toList(), isInTransaction);
	}

	/**
	 * Do the same where it is known which jobs.
	 * @param arrivals the highest priority among them, by queue
	 */
	void returned(Map<String, Integer> arrivals, boolean isInTransaction) {
		publish(messages(String.valueOf(RETURNED), arrivals), isInTransaction);
	}

	private static List<String> messages(String prefix, Map<String, Integer> arrivals) {
		return arrivals.entrySet()
			.stream()
			.map((entry) -> prefix + new Arrival(entry.getKey(), entry.getValue()).message())
			.toList();
	}

	/**
	 * Tell that running jobs are to be cancelled.
	 */
	void cancellationRequested() {
		publish(CANCELLATION);
	}

	/**
	 * Tell that the definition of a recurring job was changed, after the commit if the
	 * calling thread is in a transaction.
	 */
	void recurringChanged(boolean isInTransaction) {
		publish(List.of(RECURRING), isInTransaction);
	}

	/**
	 * Tell this process that something has happened to a workflow, after the commit if
	 * the calling thread is in a transaction. Others need not know: what this one brings
	 * on, they need not.
	 */
	void workflowChanged(boolean isInTransaction) {
		if (isInTransaction) {
			this.committed.gathered().isWorkflowChanged = true;
		}
		else {
			this.listeners.workflowChanged();
		}
	}

	/**
	 * Tell that jobs have ended which somebody waits for.
	 */
	void ended(Set<JobId> jobs) {
		publish(jobs.stream().map((job) -> ENDED + job.toString()).toList(), false);
	}

	/**
	 * Tell that jobs have ended which somebody may wait for, after the commit if the
	 * calling thread is in a transaction.
	 */
	void someEnded(boolean isInTransaction) {
		publish(List.of(String.valueOf(ENDED)), isInTransaction);
	}

	private void publish(Collection<String> payloads, boolean isInTransaction) {
		if (isInTransaction) {
			this.committed.gathered().payloads.addAll(payloads);
		}
		else {
			payloads.forEach(this::publish);
		}
	}

	private void tell(News news) {
		news.payloads.forEach(this::publish);
		if (news.isWorkflowChanged) {
			this.listeners.workflowChanged();
		}
	}

	private void publish(String payload) {
		receive(payload);
		send(payload);
	}

	@Override
	public Traffic traffic() {
		return new Traffic(this.sent.sum(), this.received.sum());
	}

	private void receiveFromOthers(String payload) {
		this.received.increment();
		receive(payload);
	}

	private void receive(String payload) {
		if (payload.equals(CANCELLATION)) {
			this.listeners.cancellationRequested();
		}
		else if (payload.equals(RECURRING)) {
			this.listeners.recurringChanged();
		}
		else if (payload.charAt(0) == ENDED) {
			this.listeners.ended((payload.length() > 1) ? JobId.parse(payload.substring(1)) : null);
		}
		else if (payload.charAt(0) == RETURNED) {
			Arrival arrival = Arrival.parse(payload.substring(1));
			this.marks.rewind(arrival.queue());
			this.listeners.available(arrival.queue(), arrival.priority());
		}
		else {
			Arrival arrival = Arrival.parse(payload);
			this.listeners.available(arrival.queue(), arrival.priority());
		}
	}

	private void wakeAll() {
		Set<String> queues;
		synchronized (this) {
			queues = this.known;
		}
		queues.forEach((queue) -> this.listeners.available(queue, 0));
		this.listeners.ended(null);
	}

	/**
	 * Remember the queues that this process works, to wake them when a connection was
	 * lost.
	 */
	synchronized void know(List<String> queues) {
		this.known = Set.copyOf(queues);
	}

	private synchronized void send(String payload) {
		if (this.options.isListening()) {
			if (this.batcher == null) {
				Notifier notifier = new Notifier(this.connection, this.options.channel());
				this.batcher = new MessageBatcher("job-queue-notifier", (payloads) -> {
					notifier.send(payloads);
					this.sent.add(payloads.size());
				});
			}
			this.batcher.send(payload);
		}
	}

	@Override
	public void close() {
		NotificationListener listening;
		MessageBatcher sending;
		synchronized (this) {
			listening = this.listener;
			sending = this.batcher;
			this.listener = null;
			this.batcher = null;
		}
		if (sending != null) {
			sending.close();
		}
		if (listening != null) {
			listening.close();
		}
	}

	/**
	 * What one transaction has to tell.
	 */
	private static final class News {

		private final Set<String> payloads = new LinkedHashSet<>();

		private boolean isWorkflowChanged;

	}

}
