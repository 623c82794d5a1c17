package io.jobqueue.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

import io.jobqueue.JobAwaitTimeoutException;
import io.jobqueue.JobAwaiter;
import io.jobqueue.JobId;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobRecord;
import io.jobqueue.JobResult;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobEndings;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.WakeUps;

/**
 * The {@link JobAwaiter} that asks a {@link JobStore}. However many wait, one thread asks
 * for all of them together: at once, then when the store says that a job has ended, and
 * now and then in case it could not say so. The thread, and the subscription to what the
 * store tells, begin with the first who waits. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StoreJobAwaiter implements JobAwaiter, AutoCloseable {

	private static final Log logger = LogFactory.getLog(StoreJobAwaiter.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(25);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	/** For how long the store remembers that somebody waits, unless it is told again. */
	private static final Duration INTEREST = Duration.ofMinutes(1);

	private static final int LOOKED_AT_ONCE = 1000;

	private final JobStore store;

	private final JobSerializer serializer;

	private final Waits waits;

	private volatile @Nullable Throwable outage;

	// Guarded by this.
	private @Nullable Thread thread;

	private WakeUps.@Nullable Subscription subscription;

	/**
	 * Create an awaiter.
	 * @param store whom to ask
	 * @param serializer reads what handlers returned
	 */
	public StoreJobAwaiter(JobStore store, JobSerializer serializer) {
		this(store, serializer, FIRST_PAUSE, LONGEST_PAUSE);
	}

	/**
	 * Create an awaiter with other pauses.
	 * @param store whom to ask
	 * @param serializer reads what handlers returned
	 * @param firstPause how long after the first look at a job comes the second, unless
	 * the store tells something; it doubles from one look to the next
	 * @param longestPause how long it gets at most
	 */
	public StoreJobAwaiter(JobStore store, JobSerializer serializer, Duration firstPause, Duration longestPause) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(serializer, "'serializer' must not be null");
		this.store = store;
		this.serializer = serializer;
		this.waits = new Waits(firstPause, longestPause);
	}

	@Override
	public JobResult await(JobId id, Duration timeout) {
		Assert.isTrue(!timeout.isNegative() && !timeout.isZero(), "'timeout' must be more than zero");
		// Nothing follows the end but what the calling thread does.
		CompletableFuture<JobResult> future = new CompletableFuture<>();
		Waiter waiter = waitFor(id, future, Runnable::run);
		try {
			return future.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new JobAwaitTimeoutException(id, timeout, this.outage);
		}
		catch (ExecutionException ex) {
			// With the stack of who waits.
			throw (ex.getCause() instanceof JobNotFoundException) ? notFound(id, waiter) : stopped();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the end of job " + id, ex);
		}
		finally {
			this.waits.remove(id, waiter);
		}
	}

	@Override
	public CompletableFuture<JobResult> future(JobId id) {
		CompletableFuture<JobResult> future = new CompletableFuture<>();
		// What the application makes follow it must not keep the others waiting.
		Waiter waiter = waitFor(id, future, future.defaultExecutor());
		future.whenComplete((result, failure) -> this.waits.remove(id, waiter));
		return future;
	}

	private Waiter waitFor(JobId id, CompletableFuture<JobResult> future, Executor executor) {
		Waiter waiter = new Waiter(future, TransactionSynchronizationManager.isActualTransactionActive(), executor);
		if (!this.waits.add(id, waiter)) {
			throw stopped();
		}
		start();
		return waiter;
	}

	private static IllegalStateException stopped() {
		return new IllegalStateException("The application stops: nothing more is waited for");
	}

	private static JobNotFoundException notFound(JobId id, Waiter waiter) {
		return waiter.isInTransaction() ? JobNotFoundException.inTransaction(id) : new JobNotFoundException(id);
	}

	private synchronized void start() {
		if (this.thread == null) {
			if (this.store instanceof WakeUps wakeUps) {
				this.subscription = wakeUps.subscribe(new Listener());
			}
			Thread started = new Thread(this::run, "job-queue-awaiter");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	private void run() {
		for (List<Waits.Entry> due = take(); !due.isEmpty(); due = take()) {
			try {
				look(due);
				this.outage = null;
			}
			catch (Throwable ex) {
				// Who waits goes on waiting; the end of the time-out tells why.
				logger.debug("The store cannot be asked about jobs that are waited for", ex);
				this.outage = ex;
			}
			this.waits.putBack(due);
		}
	}

	private List<Waits.Entry> take() {
		return this.waits.take(LOOKED_AT_ONCE);
	}

	private void look(List<Waits.Entry> due) {
		long now = System.nanoTime();
		List<JobId> ids = due.stream().map(Waits.Entry::id).toList();
		List<Waits.Entry> fresh = due.stream().filter((entry) -> entry.isFresh(now)).toList();
		JobEndings.Ended ended = (this.store instanceof JobEndings endings)
				? endings.look(ids, fresh.stream().map(Waits.Entry::id).toList(), INTEREST) : lookAtEach(ids);
		fresh.forEach((entry) -> entry.noted(now + INTEREST.toNanos() / 2));
		for (JobRecord job : ended.jobs()) {
			JobResult result = new JobResult(job, this.serializer::readResult);
			this.waits.end(job.id()).forEach((waiter) -> waiter.end(result));
		}
		for (JobId id : ended.unknown()) {
			this.waits.end(id).forEach((waiter) -> waiter.fail(notFound(id, waiter)));
		}
	}

	// A store that cannot tell is asked now and then.
	private JobEndings.Ended lookAtEach(Collection<JobId> ids) {
		List<JobRecord> jobs = new ArrayList<>();
		Set<JobId> unknown = new HashSet<>();
		for (JobId id : ids) {
			Optional<JobRecord> job = this.store.admin().find(id);
			if (job.isEmpty()) {
				unknown.add(id);
			}
			job.filter((found) -> found.state().isFinished()).ifPresent(jobs::add);
		}
		return new JobEndings.Ended(jobs, unknown);
	}

	/**
	 * End the wait of all who wait.
	 */
	@Override
	public void close() {
		this.waits.close().forEach((waiter) -> waiter.fail(stopped()));
		WakeUps.Subscription ended;
		synchronized (this) {
			ended = this.subscription;
			this.subscription = null;
		}
		if (ended != null) {
			ended.close();
		}
	}

	/**
	 * Looks at what the store tells of.
	 */
	private final class Listener implements WakeUps.Listener {

		@Override
		public void available(String queue) {
			// Somebody else's business.
		}

		@Override
		public void ended(@Nullable JobId job) {
			StoreJobAwaiter.this.waits.hint(job);
		}

	}

}
