package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobExpiredException;
import io.jobqueue.JobId;
import io.jobqueue.JobLeaseLostException;
import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobEvents;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Outcome;

/**
 * What the parts of a running node share: the store, the id under which it is registered,
 * its leases, and whom to tell. Thread-safe.
 */
final class NodeRuntime {

	private static final Log logger = LogFactory.getLog(NodeRuntime.class);

	private static final long NONE = 0;

	private static final int LOGGED_IDS = 20;

	private final JobStore store;

	private final StoreWatch storeWatch;

	private final JobEvents events;

	private final JobMetrics metrics;

	private final Clock clock;

	private final LeaseBook leases = new LeaseBook();

	private final AtomicLong id = new AtomicLong(NONE);

	private final Runnable onLapse;

	// In nanoseconds; 0 if there was none yet.
	private volatile long lastExchange;

	private final AtomicBoolean isSuspectTaken = new AtomicBoolean();

	NodeRuntime(JobStore store, StoreWatch storeWatch, JobEvents events, JobMetrics metrics, Clock clock,
			Runnable onLapse) {
		this.store = store;
		this.storeWatch = storeWatch;
		this.events = events;
		this.metrics = metrics;
		this.clock = clock;
		this.onLapse = onLapse;
	}

	JobStore store() {
		return this.store;
	}

	StoreWatch storeWatch() {
		return this.storeWatch;
	}

	@Nullable Duration lastExchange() {
		long nanos = this.lastExchange;
		return (nanos > 0) ? Duration.ofNanos(nanos) : null;
	}

	JobMetrics metrics() {
		return this.metrics;
	}

	LeaseBook leases() {
		return this.leases;
	}

	boolean isRegistered() {
		return this.id.get() != NONE;
	}

	/**
	 * Return the id of this node; 0 if it has none at the moment, under which a store
	 * settles but claims nothing.
	 */
	long id() {
		return this.id.get();
	}

	void registered(long newId) {
		this.id.set(newId);
	}

	/**
	 * Give up the id of this node, because it is or may soon be declared dead. What runs
	 * is told to stop; what it reports nevertheless counts only if its lease is still
	 * there.
	 * @param lapsed the id, which this node may have given up already
	 * @param reason what to tell people
	 */
	void lapse(long lapsed, String reason) {
		if (lapsed != NONE && this.id.compareAndSet(lapsed, NONE)) {
			logger.warn("Node " + lapsed + " gives up its id, stops its jobs and registers again: " + reason);
			this.leases.ofNode(lapsed).forEach((execution) -> execution.stop(StopReason.LAPSE));
			this.onLapse.run();
			this.metrics.lapsed();
		}
	}

	/**
	 * Take this node's turn to have a suspect. All pools share it: a suspect that kills
	 * the process must not take other suspects along.
	 * @return {@code false} if the node has one, or is just asking for one
	 */
	boolean takeSuspectTurn() {
		return this.isSuspectTaken.compareAndSet(false, true);
	}

	/**
	 * Give back a turn for which there was no suspect.
	 */
	void endSuspectTurn() {
		this.isSuspectTaken.set(false);
	}

	void cancel(Set<JobId> jobs) {
		if (jobs.isEmpty()) {
			return;
		}
		// A job that was lost and came back is here twice.
		this.leases.forEach((execution) -> {
			if (jobs.contains(execution.id()) && execution.isActive()) {
				logger.debug(execution + " is told to stop: it was cancelled");
				execution.stop(StopReason.CANCELLED);
			}
		});
	}

	/**
	 * Exchange jobs with the store, and measure that.
	 * @param pool the name of the pool that asks
	 */
	Exchange.Result exchange(String pool, Exchange exchange) {
		long start = System.nanoTime();
		Exchange.Result result;
		try {
			result = this.store.exchange(exchange);
		}
		catch (Throwable ex) {
			this.metrics.exchangeFailed(pool, Duration.ofNanos(System.nanoTime() - start));
			throw ex;
		}
		long elapsed = System.nanoTime() - start;
		this.lastExchange = Math.max(elapsed, 1);
		this.metrics.exchanged(pool, Duration.ofNanos(elapsed), exchange.outcomes().size() - result.deferred().size(),
				result.claimed().size());
		return result;
	}

	/**
	 * Take note that an attempt begins.
	 */
	void started(JobExecution execution) {
		started(this.metrics, this.clock, execution);
	}

	static void started(JobMetrics metrics, Clock clock, JobExecution execution) {
		if (metrics != JobMetrics.NONE) {
			// The due time is the store's, so clocks that differ may even show less than
			// nothing.
			Duration waited = Duration.between(execution.dueAt(), clock.instant());
			metrics.started(execution.queue(), execution.name(), waited.isNegative() ? Duration.ZERO : waited);
		}
	}

	/**
	 * Take note that the store has recorded, or refused, how a job ended.
	 */
	void settled(JobExecution execution, Outcome outcome, @Nullable Throwable failure, boolean isRefused) {
		ClaimedJob job = execution.job();
		if (this.leases.settled(execution) && job.isSuspect()) {
			endSuspectTurn();
		}
		if (isRefused && outcome.kind() != Outcome.Kind.RELEASED) {
			JobLeaseLostException lost = new JobLeaseLostException(job.id(), job.handler(), job.queue());
			logger.warn(lost.getMessage());
			tell(this.metrics, this.events, JobEvent.Type.LEASE_LOST, outcome, lost);
		}
		else {
			tell(this.metrics, this.events, type(outcome.kind()), outcome, failure);
		}
	}

	/**
	 * Measure and tell listeners how a job ended.
	 */
	static void tell(JobMetrics metrics, JobEvents events, JobEvent.Type type, Outcome outcome,
			@Nullable Throwable failure) {
		ClaimedJob job = outcome.job();
		metrics.finished(job.queue(), job.handler(), type, outcome.elapsed());
		if (events.hasListeners()) {
			events.publish(new JobEvent(type, job.id(), job.handler(), job.queue(), job.attempts() + 1,
					job.maxAttempts(), outcome.elapsed(), failure));
		}
	}

	/**
	 * Take note that the store has ended jobs whose deadline was over.
	 */
	void expired(List<ExpiredJob> jobs) {
		logExpired(jobs.stream().map(ExpiredJob::id).toList());
		if (this.events.hasListeners()) {
			jobs.forEach((job) -> this.events.publish(new JobEvent(JobEvent.Type.EXPIRED, job.id(), job.handler(),
					job.queue(), job.attempts() + 1, job.maxAttempts(), Duration.ZERO,
					new JobExpiredException(job.id(), job.handler(), job.queue()))));
		}
	}

	/**
	 * Tell people of jobs whose deadline was over.
	 */
	void logExpired(List<JobId> jobs) {
		logger.warn(jobs.size() + " jobs failed because no node had started them before their deadline: "
				+ jobs.stream().limit(LOGGED_IDS).map(JobId::toString).toList());
	}

	static JobEvent.Type type(Outcome.Kind kind) {
		return switch (kind) {
			case SUCCEEDED -> JobEvent.Type.SUCCEEDED;
			case RETRY -> JobEvent.Type.RETRIED;
			case FAILED -> JobEvent.Type.FAILED;
			case CANCELLED -> JobEvent.Type.CANCELLED;
			case SNOOZED -> JobEvent.Type.SNOOZED;
			case RELEASED -> JobEvent.Type.RELEASED;
			case EXPIRED -> JobEvent.Type.EXPIRED;
		};
	}

}
