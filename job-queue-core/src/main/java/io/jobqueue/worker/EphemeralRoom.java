package io.jobqueue.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.JobRejectedException;

/**
 * The room for ephemeral jobs: a job is in from its enqueue until it has ended for good,
 * its retries included, which is what bounds the memory. Thread-safe.
 */
final class EphemeralRoom {

	private static final Log logger = LogFactory.getLog(EphemeralRoom.class);

	private static final long WARNING_INTERVAL = TimeUnit.MINUTES.toNanos(1);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition hasChanged = this.lock.newCondition();

	private final EphemeralOptions options;

	private final AtomicLong dropped = new AtomicLong();

	// All below is guarded by the lock.
	private int held;

	private boolean isClosed;

	private long warnedAt = System.nanoTime() - WARNING_INTERVAL;

	EphemeralRoom(EphemeralOptions options) {
		this.options = options;
	}

	/**
	 * Let jobs in.
	 * @param jobs how many
	 * @return how many are in: all of them, unless those that find no room are to be
	 * dropped
	 * @throws JobRejectedException if they cannot get in; none of them is then
	 */
	int enter(int jobs) {
		this.lock.lock();
		try {
			boolean mayWait = this.options.onFull() == EphemeralOptions.OnFull.BLOCK && jobs <= this.options.capacity();
			long left = mayWait ? this.options.maxWait().toNanos() : 0;
			while (!this.isClosed && jobs > free() && left > 0) {
				left = this.hasChanged.awaitNanos(left);
			}
			if (this.isClosed) {
				throw new JobRejectedException("This node has stopped: it takes no ephemeral jobs any more", null);
			}
			int entering = Math.min(jobs, free());
			if (entering < jobs) {
				refuse(jobs, jobs - entering);
			}
			this.held += entering;
			return entering;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JobRejectedException("Interrupted while waiting for room for an ephemeral job", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private int free() {
		return this.options.capacity() - this.held;
	}

	private void refuse(int jobs, int tooMany) {
		String full = "There is no room for " + ((jobs == 1) ? "an ephemeral job" : jobs + " ephemeral jobs")
				+ ": this node holds " + this.held + " of at most " + this.options.capacity()
				+ " (job-queue.ephemeral.capacity)";
		if (this.options.onFull() != EphemeralOptions.OnFull.DROP) {
			throw new JobRejectedException(
					full + ((this.options.onFull() == EphemeralOptions.OnFull.BLOCK && jobs <= this.options.capacity())
							? ", and none of them ended within " + this.options.maxWait() : ""),
					null);
		}
		long total = this.dropped.addAndGet(tooMany);
		long now = System.nanoTime();
		if (now - this.warnedAt >= WARNING_INTERVAL) {
			this.warnedAt = now;
			logger.warn(full + ". It is dropped, as " + total + " since the start of the application");
		}
	}

	/**
	 * Let jobs out.
	 */
	void leave(int jobs) {
		this.lock.lock();
		try {
			this.held -= jobs;
			this.hasChanged.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void open() {
		this.lock.lock();
		try {
			this.isClosed = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until nobody is in, and let nobody in any more.
	 * @param nanos how long to wait
	 * @param hopeless how many will never leave
	 */
	void close(long nanos, int hopeless) throws InterruptedException {
		this.lock.lock();
		try {
			long left = nanos;
			while (this.held > hopeless && left > 0) {
				left = this.hasChanged.awaitNanos(left);
			}
		}
		finally {
			this.isClosed = true;
			this.hasChanged.signalAll();
			this.lock.unlock();
		}
	}

	int held() {
		this.lock.lock();
		try {
			return this.held;
		}
		finally {
			this.lock.unlock();
		}
	}

	long dropped() {
		return this.dropped.get();
	}

}
