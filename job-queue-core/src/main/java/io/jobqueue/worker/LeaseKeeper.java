package io.jobqueue.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.JobLimit;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Pulse;

/**
 * Keeps this node alive in the store: registers it, tells regularly that it lives, and
 * learns what to cancel. If it cannot tell in time, the node gives up its id before
 * others may declare it dead.
 */
final class LeaseKeeper {

	private static final Log logger = LogFactory.getLog(LeaseKeeper.class);

	private final NodeRuntime node;

	private final NodeDescription description;

	private final Duration interval;

	private final long patience;

	private final Runnable onRegistered;

	private final Thread thread = new Thread(this::run, "job-queue-lease-keeper");

	// Only touched by the thread; empty as soon as the store knows them.
	private Map<String, JobLimit> limits;

	private volatile boolean isStopped;

	private volatile boolean isAsked;

	// When the last heartbeat that was answered had been sent.
	private volatile long renewedAt;

	LeaseKeeper(NodeRuntime node, NodeDescription description, WorkerOptions options, Runnable onRegistered) {
		this.node = node;
		this.description = description;
		this.interval = options.heartbeatInterval();
		// The store counts from when it gets a heartbeat, this node from when it sends
		// it: so this node is always early. The
		// fifth that is left is for its jobs to stop.
		this.patience = options.deadAfter().toNanos() / 5 * 4;
		this.onRegistered = onRegistered;
		this.limits = options.limits();
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Ask the store at once what to cancel.
	 */
	void ask() {
		this.isAsked = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Give up the id if it could not be renewed in time. To be called often, and before
	 * each job, by threads that do not wait for the store.
	 */
	void checkLapse() {
		long id = this.node.id();
		long silence = System.nanoTime() - this.renewedAt;
		if (silence > this.patience) {
			this.node.lapse(id, "its heartbeat was not answered for " + Duration.ofNanos(silence));
		}
	}

	/**
	 * Return whether this node is known to live. After it was frozen it is not, and must
	 * not judge who is dead: it may be dead itself.
	 */
	boolean isAlive() {
		return this.node.isRegistered() && sinceRenewal().toNanos() <= this.patience;
	}

	/**
	 * Return whether a heartbeat has been due, and was not answered within another
	 * interval: the store may hang, which is no failure yet.
	 */
	boolean isLate() {
		return this.node.isRegistered() && hasMissedOne();
	}

	private boolean hasMissedOne() {
		return sinceRenewal().compareTo(this.interval.multipliedBy(2)) > 0;
	}

	Duration sinceRenewal() {
		return Duration.ofNanos(System.nanoTime() - this.renewedAt);
	}

	void stop(Duration timeout) throws InterruptedException {
		this.isStopped = true;
		LockSupport.unpark(this.thread);
		this.thread.join(Math.max(timeout.toMillis(), 1));
		this.thread.interrupt();
	}

	private void run() {
		int failures = 0;
		while (!this.isStopped) {
			try {
				beat();
				failures = 0;
				this.node.storeWatch().answered(this);
				long wait = this.renewedAt + this.interval.toNanos() - System.nanoTime();
				if (wait > 0 && !this.isAsked && this.node.isRegistered()) {
					LockSupport.parkNanos(this, wait);
				}
			}
			catch (Throwable ex) {
				this.node.storeWatch().failed(this, ex);
				LockSupport.parkNanos(this.node.storeWatch().pause(++failures).toNanos());
			}
		}
	}

	private void beat() {
		long sentAt = System.nanoTime();
		if (!this.node.isRegistered()) {
			if (!this.limits.isEmpty()) {
				this.node.store().configure(this.limits);
				this.limits = Map.of();
			}
			long id = this.node.store().register(this.description);
			this.renewedAt = sentAt;
			this.node.registered(id);
			logger.debug("Registered as node " + id);
			this.onRegistered.run();
			return;
		}
		if (!this.isAsked && sentAt - this.renewedAt < this.interval.toNanos()) {
			return;
		}
		this.isAsked = false;
		long id = this.node.id();
		Pulse pulse = this.node.store().heartbeat(id);
		if (pulse.isAlive()) {
			if (hasMissedOne()) {
				this.node.metrics().heartbeatLate();
			}
			this.renewedAt = sentAt;
			this.node.cancel(pulse.cancelled());
		}
		else {
			this.node.lapse(id, "the store has declared it dead");
		}
	}

}
