package io.jobqueue.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.jobqueue.JobExpiredException;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;
import io.jobqueue.worker.JobProcessor.Attempt;

/**
 * One pool: a buffer, a fetcher that fills it, and runners that empty it.
 */
final class WorkerPool implements JobExecutor.Reporter {

	private final PoolOptions options;

	private final NodeRuntime node;

	private final JobBuffer buffer;

	private final JobExecutor executor;

	private final JobFetcher fetcher;

	private final JobDispatcher dispatcher;

	private volatile boolean isStopping;

	WorkerPool(PoolOptions options, Duration pollInterval, NodeRuntime node, JobHandlerRegistry handlers,
			JobProcessor processor, TimeoutWatch timeouts, Runnable lapseCheck, Executor threads) {
		this.options = options;
		this.node = node;
		this.buffer = new JobBuffer(options, System::nanoTime);
		this.dispatcher = new JobDispatcher(handlers);
		this.executor = new JobExecutor(this.buffer, threads, handlers, processor, timeouts, lapseCheck, this);
		this.fetcher = new JobFetcher(options.name(), node, this.buffer, this.dispatcher, this::claimed, pollInterval);
	}

	void start() {
		this.fetcher.start();
	}

	List<String> queues() {
		return this.options.queues().stream().map(QueueShare::queue).toList();
	}

	void wakeUp(String queue, int priority) {
		this.fetcher.wakeUp(queue, priority);
	}

	void proceed() {
		this.executor.ensureRunner();
		this.fetcher.proceed();
	}

	private void claimed(long id, List<ClaimedJob> jobs) {
		long now = System.nanoTime();
		List<JobExecution> executions = new ArrayList<>(jobs.size());
		for (ClaimedJob job : jobs) {
			executions.add(new JobExecution(job, this.buffer.lane(job.queue()), now));
		}
		this.node.leases().claimed(id, executions);
		if (this.node.id() != id) {
			// It lapsed while the store was busy: nobody keeps these leases alive.
			executions.forEach(this::giveBack);
			return;
		}
		this.executor.execute(this.dispatcher.sort(expire(executions), this::giveBack));
		if (this.isStopping) {
			this.buffer.close().forEach(this::giveBack);
		}
	}

	/**
	 * End the jobs that were claimed after their deadline.
	 * @return the others
	 */
	private List<JobExecution> expire(List<JobExecution> executions) {
		List<JobExecution> expired = executions.stream().filter((execution) -> execution.job().isExpired()).toList();
		if (expired.isEmpty()) {
			return executions;
		}
		for (JobExecution execution : expired) {
			if (execution.giveUp()) {
				ClaimedJob job = execution.job();
				this.fetcher.report(execution, Outcome.expired(job),
						new JobExpiredException(job.id(), job.handler(), job.queue()));
			}
		}
		this.fetcher.proceed();
		this.node.logExpired(expired.stream().map(JobExecution::id).toList());
		return executions.stream().filter((execution) -> !execution.job().isExpired()).toList();
	}

	@Override
	public void begun(JobExecution execution) {
		this.node.started(execution);
	}

	@Override
	public void ended(JobExecution execution, Attempt attempt) {
		if (attempt.isSettled()) {
			this.node.settled(execution, attempt.outcome(), attempt.failure(), false);
			this.fetcher.ended(execution.job());
		}
		else {
			this.fetcher.report(execution, attempt.outcome(), attempt.failure());
		}
	}

	@Override
	public void slotFreed() {
		this.fetcher.proceed();
	}

	private void giveBack(JobExecution execution) {
		if (execution.giveUp()) {
			this.fetcher.report(execution, Outcome.released(execution.job()), null);
			this.fetcher.proceed();
		}
	}

	/**
	 * Give back the jobs that have waited for too long, because all threads are busy with
	 * long ones.
	 */
	void giveBackParked(Duration age) {
		this.buffer.removeClaimedBefore(System.nanoTime() - age.toNanos()).forEach(this::giveBack);
	}

	/**
	 * Give back all jobs that have not begun.
	 */
	void giveBackWaiting() {
		giveBackParked(Duration.ofDays(-1));
	}

	/**
	 * Let nothing begin any more, and give back what waits.
	 */
	void stopStarting() {
		this.isStopping = true;
		this.fetcher.stopClaiming();
		this.buffer.close().forEach(this::giveBack);
	}

	/**
	 * Wait until no job is running but those that will never end.
	 * @param deadline until when, by {@link System#nanoTime()}
	 * @param hopeless how many these are
	 */
	boolean awaitIdle(long deadline, int hopeless) throws InterruptedException {
		return this.buffer.awaitRunning(hopeless, deadline - System.nanoTime());
	}

	/**
	 * Report a job that does not end as given back, whatever its thread does later.
	 */
	void abandon(JobExecution execution) {
		giveBack(execution);
	}

	/**
	 * Settle what is left, and end.
	 */
	void stop() {
		this.fetcher.stop();
	}

	boolean awaitEnd(long deadline, long lastDeadline) throws InterruptedException {
		return this.fetcher.awaitEnd(deadline, lastDeadline);
	}

	void end() {
		this.fetcher.abandon();
	}

	int running() {
		return this.buffer.running();
	}

	int waiting() {
		return this.buffer.waiting();
	}

	PoolStatus status() {
		return this.buffer.status();
	}

	/**
	 * Return what this pool does and how, for people.
	 */
	String description() {
		return "queues: " + String.join(", ", queues()) + (this.options.isWeighted() ? " by weight" : "")
				+ ", concurrency: " + this.options.concurrency() + ", prefetch: up to " + this.options.maxPrefetch();
	}

	String name() {
		return this.options.name();
	}

	@Override
	public String toString() {
		return "'" + this.options.name() + "' (queues: " + String.join(", ", queues())
				+ (this.options.isWeighted() ? " by weight" : "") + ", concurrency: " + this.options.concurrency()
				+ ")";
	}

}
