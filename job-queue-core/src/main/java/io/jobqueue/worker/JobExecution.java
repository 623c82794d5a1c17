package io.jobqueue.worker;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.store.ClaimedJob;

/**
 * One leased job on its way through this node: buffered, running, ended. It is the
 * context that its handler sees.
 * <p>
 * Whoever wants to stop it may come at any time, also just when it ends. The lock makes
 * sure that the interrupt hits the handler or nothing: never the next job of the same
 * thread.
 */
final class JobExecution implements JobContext {

	private final ClaimedJob job;

	private final QueueLane lane;

	private final long claimedAt;

	// Guarded by this.
	private @Nullable Thread thread;

	private boolean isOver;

	private volatile @Nullable StopReason stopReason;

	private volatile boolean isRunaway;

	private final AtomicReference<@Nullable JobProgress> progress = new AtomicReference<>();

	private final AtomicBoolean isSettled = new AtomicBoolean();

	JobExecution(ClaimedJob job, QueueLane lane, long claimedAt) {
		this.job = job;
		this.lane = lane;
		this.claimedAt = claimedAt;
	}

	ClaimedJob job() {
		return this.job;
	}

	QueueLane lane() {
		return this.lane;
	}

	/**
	 * Return when the job was claimed, by {@link System#nanoTime()}.
	 */
	long claimedAt() {
		return this.claimedAt;
	}

	/**
	 * Begin on the calling thread.
	 * @return {@code false} if it was stopped or given back before
	 */
	synchronized boolean begin() {
		if (this.isOver || this.stopReason != null) {
			return false;
		}
		this.thread = Thread.currentThread();
		return true;
	}

	/**
	 * End on the calling thread, which is free of interrupts afterwards.
	 * @return {@code false} if somebody else has reported how the job ended meanwhile
	 */
	synchronized boolean end() {
		this.thread = null;
		Thread.interrupted();
		boolean isFirst = !this.isOver;
		this.isOver = true;
		return isFirst;
	}

	/**
	 * Take the right to report how the job ended away from its handler.
	 * @return {@code false} if it has been reported already
	 */
	synchronized boolean giveUp() {
		boolean isFirst = !this.isOver;
		this.isOver = true;
		return isFirst;
	}

	/**
	 * Tell the handler to stop; the first reason counts.
	 */
	synchronized void stop(StopReason reason) {
		if (this.stopReason == null) {
			this.stopReason = reason;
		}
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	synchronized boolean isRunning() {
		return this.thread != null;
	}

	/**
	 * Take note that the handler does not stop although it was told to long ago.
	 */
	void runAway() {
		this.isRunaway = true;
	}

	boolean isRunaway() {
		return this.isRunaway && isRunning();
	}

	/**
	 * Return whether the handler is just ending this process. It waits for that end,
	 * which waits for the shutdown: it never returns.
	 */
	boolean isEndingProcess() {
		Thread runner;
		synchronized (this) {
			runner = this.thread;
		}
		return runner != null && Arrays.stream(runner.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(Runtime.class.getName())
					&& frame.getMethodName().equals("exit"));
	}

	/**
	 * Take note that the store knows how the job ended.
	 * @return {@code false} if that has been known already
	 */
	boolean settle() {
		return this.isSettled.compareAndSet(false, true);
	}

	boolean isSettled() {
		return this.isSettled.get();
	}

	@Nullable StopReason stopReason() {
		return this.stopReason;
	}

	/**
	 * Return what the handler has reported since this was asked the last time.
	 */
	@Nullable JobProgress takeProgress() {
		return this.progress.getAndSet(null);
	}

	/**
	 * Keep a report that could not be stored, unless there is a later one.
	 */
	void returnProgress(JobProgress report) {
		this.progress.compareAndSet(null, report);
	}

	@Override
	public JobId id() {
		return this.job.id();
	}

	@Override
	public String name() {
		return this.job.handler();
	}

	@Override
	public String queue() {
		return this.job.queue();
	}

	@Override
	public int attempt() {
		return this.job.attempts() + 1;
	}

	@Override
	public int maxAttempts() {
		return this.job.maxAttempts();
	}

	@Override
	public Instant createdAt() {
		return this.job.createdAt();
	}

	@Override
	public Instant dueAt() {
		return this.job.runAt();
	}

	@Override
	public Map<String, String> headers() {
		return this.job.headers();
	}

	@Override
	public boolean isActive() {
		return this.stopReason == null;
	}

	@Override
	public void progress(int percent, @Nullable String message) {
		this.progress.set(new JobProgress(percent, message));
	}

	@Override
	public String toString() {
		return this.job.toString();
	}

}
