package io.jobqueue.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

/**
 * The one thread of a pool that talks to the store: it settles what has ended and claims
 * what there is room for, in one exchange after the other. While one is under way
 * outcomes pile up, and the next takes them all, so batches grow with the load by
 * themselves; an idle fetcher settles at once. A batch that has grown large is settled
 * beside the claim instead of with it: then the store works on both, and this process on
 * what was claimed.
 * <p>
 * It claims when it has reason to hope for jobs of a queue that has room: the queue was
 * woken, or not emptied by the last claim, or the poll interval is over.
 */
final class JobFetcher {

	private static final Log logger = LogFactory.getLog(JobFetcher.class);

	private static final long CONTENTION_PAUSE = 1_000_000;

	private static final Duration SETTLER_IDLE = Duration.ofSeconds(10);

	private final String name;

	private final NodeRuntime node;

	private final JobBuffer buffer;

	private final JobDispatcher dispatcher;

	private final Receiver receiver;

	private final Settlement settlement;

	private final Duration pollInterval;

	private final Thread thread;

	private final ThreadPoolExecutor settler;

	private final Hopes hopes = new Hopes();

	private volatile boolean isClaiming = true;

	private volatile boolean isStopped;

	private volatile boolean isAbandoned;

	private volatile boolean isParked;

	private volatile boolean isSignalled;

	// Only touched by the thread.
	private long claimAt;

	private boolean isOvertaking;

	private int failures;

	JobFetcher(String name, NodeRuntime node, JobBuffer buffer, JobDispatcher dispatcher, Receiver receiver,
			Duration pollInterval) {
		this.name = name;
		this.node = node;
		this.buffer = buffer;
		this.dispatcher = dispatcher;
		this.receiver = receiver;
		this.settlement = new Settlement(node);
		this.pollInterval = pollInterval;
		this.thread = new Thread(this::run, "job-queue-fetcher-" + name);
		this.settler = new ThreadPoolExecutor(1, 1, SETTLER_IDLE.toSeconds(), TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> new Thread(task, "job-queue-settler-" + name));
		this.settler.allowCoreThreadTimeOut(true);
		this.claimAt = System.nanoTime();
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Tell that a queue may have jobs.
	 * @param priority the highest priority among them; 0 if it is not known
	 */
	void wakeUp(String queue, int priority) {
		this.hopes.add(queue, priority);
		proceed();
	}

	/**
	 * Report how a job ended; to be followed by {@link #proceed()}.
	 */
	void report(JobExecution execution, Outcome outcome, @Nullable Throwable failure) {
		this.settlement.report(execution, outcome, failure);
		ended(outcome.job());
	}

	/**
	 * Tell that a job has ended; to be followed by {@link #proceed()}. If it counted
	 * under a limit, another may run now.
	 */
	void ended(ClaimedJob job) {
		if (job.isLimited()) {
			this.hopes.add(job.queue());
		}
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
		if (!this.settlement.isDone()) {
			join(lastDeadline);
		}
		return !this.thread.isAlive() && this.settlement.isDone();
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
		while (!this.isAbandoned && (!this.isStopped || !this.settlement.isEmpty())) {
			this.isSignalled = false;
			try {
				Claim claim = claim();
				if (this.settlement.isEmpty() && claim.isEmpty()) {
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
		this.settler.shutdown();
	}

	private Claim claim() {
		boolean isTime = System.nanoTime() - this.claimAt >= 0;
		if (!this.isClaiming || !(isTime || !this.hopes.isEmpty()) || !this.node.isRegistered()) {
			return Claim.NONE;
		}
		Claim urgent = this.buffer.planOvertaking(this.dispatcher.unknownHandlers(), this.hopes.arrivals());
		// Not twice in a row, so that urgent jobs of one queue do not keep back others.
		Claim usual = (urgent.isEmpty() || this.isOvertaking) ? usualClaim(isTime) : Claim.NONE;
		this.isOvertaking = usual.isEmpty() && !urgent.isEmpty();
		return this.isOvertaking ? urgent : usual;
	}

	private Claim usualClaim(boolean isTime) {
		boolean hasTurn = this.node.takeSuspectTurn();
		Claim plan = this.buffer.plan(hasTurn, this.dispatcher.unknownHandlers(), this.hopes.queues());
		Claim claim = (isTime || this.hopes.concern(plan)) ? plan : Claim.NONE;
		if (hasTurn && !claim.suspects()) {
			this.node.endSuspectTurn();
		}
		return claim;
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

	private void exchange(Claim claim) throws Exception {
		long id = this.node.id();
		Settlement.Batch batch = this.settlement.take();
		// After a failure nothing more is claimed before what has ended is settled.
		if (batch.isLarge() && !claim.isEmpty() && this.failures == 0) {
			Future<Exchange.Result> settling = beside(() -> call(id, batch.outcomes(), Claim.NONE));
			try {
				claim(id, claim, () -> call(id, List.of(), claim));
			}
			finally {
				settle(batch, () -> await(settling));
				// The claim may have come first.
				batch.outcomes().forEach((outcome) -> ended(outcome.job()));
			}
		}
		else {
			claim(id, claim, () -> settle(batch, () -> call(id, batch.outcomes(), claim)));
		}
	}

	private Future<Exchange.Result> beside(Callable<Exchange.Result> call) {
		FutureTask<Exchange.Result> task = new FutureTask<>(call);
		try {
			this.settler.execute(task);
		}
		catch (Throwable ex) {
			Failures.log(ex, (failure) -> logger.warn("A thread to settle jobs could not be started", failure));
			task.run();
		}
		return task;
	}

	private static Exchange.Result await(Future<Exchange.Result> settling) throws Exception {
		try {
			return settling.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception failure) ? failure : ex;
		}
	}

	private Exchange.Result call(long id, List<Outcome> outcomes, Claim claim) {
		return this.node.exchange(this.name, new Exchange(id, outcomes, claim));
	}

	private Exchange.Result settle(Settlement.Batch batch, Callable<Exchange.Result> call) throws Exception {
		Exchange.Result result;
		try {
			result = call.call();
		}
		catch (Throwable ex) {
			batch.failed();
			throw ex;
		}
		this.failures = 0;
		this.node.storeWatch().answered(this);
		if (!batch.settled(result)) {
			// Nothing moves until somebody else's transaction ends.
			LockSupport.parkNanos(this.node.storeWatch().pause(1).toNanos());
		}
		return result;
	}

	private void claim(long id, Claim claim, Callable<Exchange.Result> call) throws Exception {
		Map<String, Integer> arrivals = this.hopes.take(claim);
		Exchange.Result result;
		try {
			result = call.call();
		}
		catch (Throwable ex) {
			this.hopes.giveBack(claim, arrivals);
			endTurn(claim, List.of());
			throw ex;
		}
		endTurn(claim, result.claimed());
		if (!claim.isEmpty()) {
			this.hopes.learn(claim, arrivals, result);
			claimed(id, result);
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

	private void claimed(long id, Exchange.Result result) {
		if (!result.isNodeAlive()) {
			this.node.lapse(id, "the store does not know this node any more");
			return;
		}
		List<ClaimedJob> jobs = result.claimed();
		long pause = this.pollInterval.toNanos();
		if (result.isContended()) {
			pause = CONTENTION_PAUSE + ThreadLocalRandom.current().nextLong(2 * CONTENTION_PAUSE);
		}
		else if (result.limitedFor() != null) {
			pause = Math.min(pause, Math.max(result.limitedFor().toNanos(), CONTENTION_PAUSE));
		}
		if (!this.isOvertaking) {
			this.claimAt = System.nanoTime() + pause;
		}
		else if (result.isContended()) {
			LockSupport.parkNanos(pause);
		}
		if (!jobs.isEmpty()) {
			this.receiver.claimed(id, jobs);
		}
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
