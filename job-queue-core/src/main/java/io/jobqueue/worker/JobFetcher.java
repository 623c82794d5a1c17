package io.jobqueue.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;
import io.jobqueue.worker.OutcomeQueue.Entry;

/**
 * The one thread of a pool that talks to the store: it settles what has ended and claims
 * what there is room for, in one exchange after the other. While one is under way
 * outcomes pile up, and the next takes them all, so batches grow with the load by
 * themselves; an idle fetcher settles at once.
 * <p>
 * It claims when it has reason to hope for jobs: it was woken, the last claim was full,
 * or the poll interval is over.
 */
final class JobFetcher {

	private static final long CONTENTION_PAUSE = 1_000_000;

	private final String name;

	private final NodeRuntime node;

	private final JobBuffer buffer;

	private final JobDispatcher dispatcher;

	private final Consumer<List<ClaimedJob>> receiver;

	private final OutcomeQueue outcomes = new OutcomeQueue();

	private final Duration pollInterval;

	private final Thread thread;

	private volatile boolean isWoken = true;

	private volatile boolean isClaiming = true;

	private volatile boolean isStopped;

	private volatile boolean isParked;

	private volatile boolean isSignalled;

	// Only touched by the thread.
	private long claimAt;

	private int failures;

	JobFetcher(String name, NodeRuntime node, JobBuffer buffer, JobDispatcher dispatcher,
			Consumer<List<ClaimedJob>> receiver, Duration pollInterval) {
		this.name = name;
		this.node = node;
		this.buffer = buffer;
		this.dispatcher = dispatcher;
		this.receiver = receiver;
		this.pollInterval = pollInterval;
		this.thread = new Thread(this::run, "job-queue-fetcher-" + name);
		this.claimAt = System.nanoTime();
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Tell that there may be jobs.
	 */
	void wakeUp() {
		this.isWoken = true;
		signal();
	}

	/**
	 * Report how a job ended.
	 */
	void report(JobExecution execution, Outcome outcome, @Nullable Throwable failure) {
		this.outcomes.add(execution, outcome, failure);
		signal();
	}

	/**
	 * Tell that there is room or an id where there was none.
	 */
	void proceed() {
		signal();
	}

	private void signal() {
		this.isSignalled = true;
		// Waking a thread that is not asleep costs time, and this is called for every
		// job.
		if (this.isParked) {
			LockSupport.unpark(this.thread);
		}
	}

	void stopClaiming() {
		this.isClaiming = false;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Stop when everything has been settled, or at the end of a time.
	 * @return whether everything has been settled
	 */
	boolean stop(Duration timeout) throws InterruptedException {
		this.isClaiming = false;
		this.isStopped = true;
		LockSupport.unpark(this.thread);
		this.thread.join(Math.max(timeout.toMillis(), 1));
		boolean isDone = !this.thread.isAlive();
		this.thread.interrupt();
		return isDone && this.outcomes.isEmpty();
	}

	private void run() {
		while (!this.isStopped || !this.outcomes.isEmpty()) {
			this.isSignalled = false;
			try {
				Claim claim = claim();
				if (this.outcomes.isEmpty() && claim.isEmpty()) {
					await();
				}
				else {
					exchange(claim);
				}
			}
			catch (Throwable ex) {
				this.node.storeWatch().failed(ex);
				if (this.isStopped && Thread.currentThread().isInterrupted()) {
					return;
				}
				LockSupport.parkNanos(StoreWatch.backoff(++this.failures).toNanos());
			}
		}
	}

	private Claim claim() {
		long now = System.nanoTime();
		boolean isTime = this.isWoken || now - this.claimAt >= 0;
		if (!this.isClaiming || !isTime || !this.node.isRegistered()) {
			return Claim.NONE;
		}
		return this.buffer.plan(this.dispatcher.unknownHandlers());
	}

	private void await() {
		// Without room there is nothing to wait for but an outcome, which comes with a
		// signal of its own.
		long nanos = this.claimAt - System.nanoTime();
		this.isParked = true;
		try {
			if (!this.isSignalled && !this.isStopped) {
				LockSupport.parkNanos(this, (nanos > 0) ? nanos : this.pollInterval.toNanos());
			}
		}
		finally {
			this.isParked = false;
		}
	}

	private void exchange(Claim claim) {
		Map<JobId, Entry> batch = this.outcomes.take();
		boolean wasWoken = this.isWoken;
		if (!claim.isEmpty()) {
			this.isWoken = false;
		}
		Exchange.Result result;
		try {
			result = this.node.store()
				.exchange(new Exchange(this.node.id(), batch.values().stream().map(Entry::outcome).toList(), claim));
		}
		catch (Throwable ex) {
			this.outcomes.repeat(batch.values());
			this.isWoken |= wasWoken;
			throw ex;
		}
		this.failures = 0;
		this.node.storeWatch().answered();
		settled(batch.values(), result);
		if (!claim.isEmpty()) {
			claimed(claim, result);
		}
	}

	private void settled(Collection<Entry> batch, Exchange.Result result) {
		List<Entry> deferred = new ArrayList<>();
		for (Entry entry : batch) {
			JobId id = entry.execution().id();
			if (result.deferred().contains(id)) {
				deferred.add(entry);
			}
			else {
				// A repeated outcome that is refused has most likely been recorded the
				// first time.
				boolean isRefused = result.refused().contains(id) && !entry.isRepeated();
				this.node.settled(entry.execution(), entry.outcome(), entry.failure(), isRefused);
			}
		}
		this.outcomes.putBack(deferred);
		if (deferred.size() == batch.size() && !deferred.isEmpty()) {
			// Nothing moves until somebody else's transaction ends.
			LockSupport.parkNanos(StoreWatch.backoff(1).toNanos());
		}
	}

	private void claimed(Claim claim, Exchange.Result result) {
		if (!result.isNodeAlive()) {
			this.node.lapse("the store does not know this node any more");
			return;
		}
		List<ClaimedJob> jobs = result.claimed();
		boolean isFull = jobs.size() >= claim.limit() || (!jobs.isEmpty() && jobs.get(0).isSuspect());
		long pause = this.pollInterval.toNanos();
		if (result.isContended()) {
			pause = CONTENTION_PAUSE + ThreadLocalRandom.current().nextLong(2 * CONTENTION_PAUSE);
		}
		this.claimAt = System.nanoTime() + (isFull ? 0 : pause);
		if (!jobs.isEmpty()) {
			this.receiver.accept(jobs);
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
