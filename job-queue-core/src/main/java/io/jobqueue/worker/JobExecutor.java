package io.jobqueue.worker;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.slf4j.JobMdc;
import io.jobqueue.worker.JobProcessor.Attempt;

/**
 * Runs buffered jobs on the threads of a pool. A runner takes one job after the other
 * until there is none, and then gives its thread back; that suits platform and virtual
 * threads alike. A slot is taken as long as the thread really runs.
 */
final class JobExecutor {

	private static final Log logger = LogFactory.getLog(JobExecutor.class);

	private final JobBuffer buffer;

	private final Executor threads;

	private final JobHandlerRegistry handlers;

	private final JobProcessor processor;

	private final TimeoutWatch timeouts;

	private final Runnable lapseCheck;

	private final Reporter reporter;

	/**
	 * Create an executor.
	 * @param lapseCheck stops all jobs of this node if it may have been declared dead
	 */
	JobExecutor(JobBuffer buffer, Executor threads, JobHandlerRegistry handlers, JobProcessor processor,
			TimeoutWatch timeouts, Runnable lapseCheck, Reporter reporter) {
		this.buffer = buffer;
		this.threads = threads;
		this.handlers = handlers;
		this.processor = processor;
		this.timeouts = timeouts;
		this.lapseCheck = lapseCheck;
		this.reporter = reporter;
	}

	void execute(Collection<JobExecution> executions) {
		if (this.buffer.add(executions)) {
			startRunner();
		}
	}

	/**
	 * Start a runner if jobs wait for one, because starting it has failed before.
	 */
	void ensureRunner() {
		if (this.buffer.wantsRunner()) {
			startRunner();
		}
	}

	private void startRunner() {
		try {
			this.threads.execute(this::run);
		}
		catch (Throwable ex) {
			this.buffer.runnerFailed();
			Failures.log(ex,
					(failure) -> logger.error("A thread to run jobs could not be started; it is tried again", failure));
		}
	}

	private void run() {
		JobExecution last = null;
		while (true) {
			JobBuffer.Turn turn = this.buffer.next(last);
			if (last != null) {
				// Not before: the slot of the job is to be seen together with its
				// outcome.
				this.reporter.slotFreed();
			}
			last = turn.execution();
			if (last == null) {
				return;
			}
			if (turn.startsAnother()) {
				startRunner();
			}
			runSafely(last);
		}
	}

	private void runSafely(JobExecution execution) {
		try {
			run(execution);
		}
		catch (Throwable ex) {
			// Memory may be short. What is known is that the job is not done.
			Failures.quietly(() -> this.reporter.ended(execution, this.processor.notStarted(execution)));
			Failures.log(ex, (failure) -> logger
				.error("The outcome of " + execution + " could not be determined; it is given back", failure));
		}
	}

	private void run(JobExecution execution) {
		JobHandler handler = this.handlers.find(execution.name());
		if (handler == null) {
			throw new IllegalStateException("The handler of " + execution + " has been removed");
		}
		Attempt attempt = attempt(execution, handler);
		if (attempt != null) {
			this.reporter.ended(execution, attempt);
		}
	}

	private @Nullable Attempt attempt(JobExecution execution, JobHandler handler) {
		// After this process was frozen, the regular check may come later than this job.
		this.lapseCheck.run();
		if (!execution.begin()) {
			return this.processor.notStarted(execution);
		}
		this.reporter.begun(execution);
		TimeoutWatch.Limit limit = TimeoutWatch.Limit.NONE;
		Map<String, String> outside = null;
		Attempt attempt = null;
		try {
			outside = JobMdc.enter(execution);
			limit = this.timeouts.watch(execution, handler);
			attempt = this.processor.process(execution, handler);
		}
		finally {
			limit.end();
			JobMdc.leave(outside);
			if (!execution.end() && attempt != null && !attempt.isSettled()) {
				attempt = null;
			}
		}
		return attempt;
	}

	/**
	 * Told that a job begins, how it ended, and then that its slot is free.
	 */
	interface Reporter {

		void begun(JobExecution execution);

		void ended(JobExecution execution, Attempt attempt);

		void slotFreed();

	}

}
