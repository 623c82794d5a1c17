package io.jobqueue.client;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;

/**
 * One enqueue on its way through the interceptors to the store. Whatever they do, it
 * returns what the store has returned, or throws.
 */
final class InterceptedEnqueue {

	private final List<JobInterceptor> interceptors;

	private final List<OutgoingJob> jobs;

	private final Supplier<List<EnqueueResult>> store;

	InterceptedEnqueue(List<JobInterceptor> interceptors, List<OutgoingJob> jobs, Supplier<List<EnqueueResult>> store) {
		this.interceptors = interceptors;
		this.jobs = jobs;
		this.store = store;
	}

	List<EnqueueResult> run() {
		return runFrom(0);
	}

	private List<EnqueueResult> runFrom(int index) {
		if (index == this.interceptors.size()) {
			return this.store.get();
		}
		JobInterceptor interceptor = this.interceptors.get(index);
		Rest rest = new Rest(interceptor, index + 1);
		interceptor.aroundEnqueue(this.jobs, rest);
		return rest.result();
	}

	/**
	 * What comes after one interceptor.
	 */
	private final class Rest implements JobInterceptor.Enqueue {

		private final JobInterceptor interceptor;

		private final int next;

		private boolean isCalled;

		private @Nullable List<EnqueueResult> results;

		private @Nullable RuntimeException failure;

		Rest(JobInterceptor interceptor, int next) {
			this.interceptor = interceptor;
			this.next = next;
		}

		@Override
		public List<JobId> proceed() {
			Assert.state(!this.isCalled, "An enqueue can proceed only once");
			this.isCalled = true;
			try {
				List<EnqueueResult> enqueued = runFrom(this.next);
				this.results = enqueued;
				return enqueued.stream().map(EnqueueResult::id).toList();
			}
			catch (RuntimeException ex) {
				this.failure = ex;
				throw ex;
			}
		}

		List<EnqueueResult> result() {
			if (this.failure != null) {
				// The interceptor has kept it to itself.
				throw this.failure;
			}
			if (this.results == null) {
				throw new IllegalStateException(
						"Nothing was enqueued, because the interceptor " + this.interceptor.getClass().getName()
								+ " did not proceed. To refuse an enqueue, throw an exception");
			}
			return this.results;
		}

	}

}
