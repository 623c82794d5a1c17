package io.jobqueue.worker;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.worker.JobProcessor.Attempt;

/**
 * One attempt on its way through the interceptors to the handler. Nothing that an
 * interceptor does comes out of here but an attempt.
 */
final class InterceptedAttempt {

	private static final Log logger = LogFactory.getLog(InterceptedAttempt.class);

	private final List<JobInterceptor> interceptors;

	private final JobExecution execution;

	private final Supplier<Attempt> handler;

	private final Function<Throwable, Attempt> failed;

	/**
	 * Create an attempt.
	 * @param handler runs the handler
	 * @param failed says how the attempt ended if something was thrown
	 */
	InterceptedAttempt(List<JobInterceptor> interceptors, JobExecution execution, Supplier<Attempt> handler,
			Function<Throwable, Attempt> failed) {
		this.interceptors = interceptors;
		this.execution = execution;
		this.handler = handler;
		this.failed = failed;
	}

	Attempt run() {
		return runFrom(0);
	}

	private Attempt runFrom(int index) {
		if (index == this.interceptors.size()) {
			return this.handler.get();
		}
		JobInterceptor interceptor = this.interceptors.get(index);
		Rest rest = new Rest(index + 1);
		try {
			interceptor.aroundAttempt(this.execution, rest);
			if (rest.attempt == null) {
				throw new IllegalStateException("The handler was not called, because the interceptor "
						+ interceptor.getClass().getName() + " did not proceed");
			}
			return rest.attempt;
		}
		catch (Throwable ex) {
			return failed(interceptor, rest.attempt, ex);
		}
	}

	private Attempt failed(JobInterceptor interceptor, @Nullable Attempt attempt, Throwable failure) {
		if (attempt != null && attempt.isSettled()) {
			Failures.log(failure, (shown) -> logger.error("The interceptor " + interceptor.getClass().getName()
					+ " failed after " + this.execution + " had been committed; the job stays as it is", shown));
			return attempt;
		}
		return this.failed.apply(failure);
	}

	/**
	 * What comes after one interceptor.
	 */
	private final class Rest implements JobInterceptor.Attempt {

		private final int next;

		private boolean isCalled;

		private @Nullable Attempt attempt;

		Rest(int next) {
			this.next = next;
		}

		@Override
		public JobInterceptor.End proceed() {
			Assert.state(!this.isCalled, "An attempt can proceed only once");
			this.isCalled = true;
			Attempt ended = runFrom(this.next);
			this.attempt = ended;
			return new JobInterceptor.End(NodeRuntime.type(ended.outcome().kind()), ended.failure());
		}

	}

}
