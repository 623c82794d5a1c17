package io.jobqueue.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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
 * It claims when it has reason to hope for jobs of a queue that has room: the queue was
 * woken, or not emptied by the last claim, or the poll interval is over.
 */
final class JobFetcher {

	private static final long CONTENTION_PAUSE = 1_000_000;

	private final String name;

	private final NodeRuntime node;

	private final JobBuffer buffer;

	private final JobDispatcher dispatcher;

	private final Receiver receiver;

	private final OutcomeQueue outcomes = new OutcomeQueue();

	private final Duration pollInterval;

	private final Thread thread;

	/** The queues that may have jobs. */
	private final Set<String> hopes = ConcurrentHashMap.newKeySet();

	private volatile boolean isClaiming = true;

	private volatile boolean isStopped;

	private volatile boolean isAbandoned;

	private volatile boolean isSettling;

	private volatile boolean isParked;

	private volatile boolean isSignalled;

	// Only touched by the thread.
	private long claimAt;

	private boolean hopesForSuspects;

	private int failures;

	JobFetcher(String name, NodeRuntime node, JobBuffer buffer, JobDispatcher dispatcher, Receiver receiver,
			Duration pollInterval) {
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
	 * Tell that a queue may have jobs.
	 */
	void wakeUp(String queue) {
		this.hopes.add(queue);
		proceed();
	}

	/**
	 * Report how a job ended; to be followed by {@link #proceed()}.
	 */
	void report(JobExecution execution, Outcome outcome, @Nullable Throwable failure) {
		this.outcomes.add(execution, outcome, failure);
	}

	/**
	 * Tell that there is an outcome, or room, or an id where there was none.
	 */
	void proceed() {
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
	 * Stop when everything has been settled.
	 */
	void stop() {
		this.isClaiming = false;
		this.isStopped = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Wait for the end, after {@link #stop()}.
	 * @param deadline until when, by {@link System#nanoTime()}
	 * @param lastDeadline until when if there is something to settle
	 * @return whether everything has been settled
	 */
	boolean awaitEnd(long deadline, long lastDeadline) throws InterruptedException {
		join(deadline);
		if (this.isSettling || !this.outcomes.isEmpty()) {
			join(lastDeadline);
		}
		return !this.thread.isAlive() && this.outcomes.isEmpty();
	}

	private void join(long deadline) throws InterruptedException {
		this.thread.join(Math.max(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()), 1));
	}

	/**
	 * End, whatever has been settled.
	 */
	void abandon() {
		this.isAbandoned = true;
		this.thread.interrupt();
	}

	private void run() {
		while (!this.isAbandoned && (!this.isStopped || !this.outcomes.isEmpty())) {
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
				this.node.storeWatch().failed(this, ex);
				LockSupport.parkNanos(this.node.storeWatch().pause(++this.failures).toNanos());
			}
		}
	}

	private Claim claim() {
		boolean isTime = System.nanoTime() - this.claimAt >= 0;
		boolean isHoping = !this.hopes.isEmpty() || this.hopesForSuspects;
		if (!this.isClaiming || !(isTime || isHoping) || !this.node.isRegistered()) {
			return Claim.NONE;
		}
		boolean hasTurn = this.node.takeSuspectTurn();
		Claim plan = this.buffer.plan(hasTurn, this.dispatcher.unknownHandlers());
		Claim claim = (isTime || isHopeful(plan)) ? plan : Claim.NONE;
		if (hasTurn && !claim.suspects()) {
			this.node.endSuspectTurn();
		}
		return claim;
	}

	private boolean isHopeful(Claim claim) {
		if (claim.suspects() && this.hopesForSuspects) {
			return true;
		}
		for (Claim.Room room : claim.queues()) {
			if (this.hopes.contains(room.queue())) {
				return true;
			}
		}
		return false;
	}

	private void await() {
		if (this.failures > 0) {
			// What failed need not be repeated any more.
			this.failures = 0;
			this.node.storeWatch().answered(this);
		}
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
		long id = this.node.id();
		this.isSettling = !this.outcomes.isEmpty();
		Map<JobId, Entry> batch = this.outcomes.take();
		// Before the call, so that the hope of who wakes a queue meanwhile is kept.
		claim.queues().forEach((room) -> this.hopes.remove(room.queue()));
		Exchange.Result result;
		try {
			result = this.node.store()
				.exchange(new Exchange(id, batch.values().stream().map(Entry::outcome).toList(), claim));
		}
		catch (Throwable ex) {
			this.outcomes.repeat(batch.values());
			claim.queues().forEach((room) -> this.hopes.add(room.queue()));
			endTurn(claim, List.of());
			throw ex;
		}
		this.failures = 0;
		this.node.storeWatch().answered(this);
		settled(batch.values(), result);
		this.isSettling = false;
		endTurn(claim, result.claimed());
		if (!claim.isEmpty()) {
			claimed(id, claim, result);
		}
	}

	// A suspect ends the turn when it is settled.
	private void endTurn(Claim claim, List<ClaimedJob> claimed) {
		if (claim.suspects() && !isSuspect(claimed)) {
			this.node.endSuspectTurn();
		}
	}

	private static boolean isSuspect(List<ClaimedJob> claimed) {
		return !claimed.isEmpty() && claimed.get(0).isSuspect();
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
			LockSupport.parkNanos(this.node.storeWatch().pause(1).toNanos());
		}
	}

	private void claimed(long id, Claim claim, Exchange.Result result) {
		if (!result.isNodeAlive()) {
			this.node.lapse(id, "the store does not know this node any more");
			return;
		}
		List<ClaimedJob> jobs = result.claimed();
		hope(claim, jobs);
		long pause = this.pollInterval.toNanos();
		if (result.isContended()) {
			pause = CONTENTION_PAUSE + ThreadLocalRandom.current().nextLong(2 * CONTENTION_PAUSE);
		}
		this.claimAt = System.nanoTime() + pause;
		if (!jobs.isEmpty()) {
			this.receiver.claimed(id, jobs);
		}
	}

	/**
	 * Remember the queues that have given all there was room for, or were not asked
	 * because the limit was reached.
	 */
	private void hope(Claim claim, List<ClaimedJob> jobs) {
		if (claim.suspects()) {
			this.hopesForSuspects = isSuspect(jobs);
		}
		boolean isFull = isSuspect(jobs) || jobs.size() >= claim.limit();
		for (Claim.Room room : claim.queues()) {
			if (isFull || count(jobs, room.queue()) >= room.room()) {
				this.hopes.add(room.queue());
			}
		}
	}

	private static int count(List<ClaimedJob> jobs, String queue) {
		int count = 0;
		for (ClaimedJob job : jobs) {
			count += job.queue().equals(queue) ? 1 : 0;
		}
		return count;
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * Told what was claimed.
	 */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Take jobs.
		 * @param node the id under which they were claimed
		 * @param jobs the jobs
		 */
		void claimed(long node, List<ClaimedJob> jobs);

	}

}
