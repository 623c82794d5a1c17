package io.jobqueue.interceptor;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.event.JobEvent;

/**
 * Steps in between an enqueue and the store, and between a worker and a handler, on their
 * threads: to carry a tenant, a user or a trace from one to the other, to fill the
 * logging context, to measure, or to refuse.
 * <p>
 * Interceptors are called in their order; the first is the outermost. Without any, jobs
 * pay nothing for them. <pre class="code">
 * &#064;Component
 * class TenantInterceptor implements JobInterceptor {
 *
 *     &#064;Override
 *     public void beforeEnqueue(OutgoingJob job) {
 *         job.header("tenant", Tenant.current());
 *     }
 *
 *     &#064;Override
 *     public void aroundAttempt(JobContext job, Attempt attempt) {
 *         Tenant.runAs(job.headers().get("tenant"), attempt::proceed);
 *     }
 *
 * }
 * </pre>
 *
 * @since 0.1.0
 */
public interface JobInterceptor {

	/**
	 * Called with each job of an enqueue, on the thread that enqueues, in its transaction
	 * if it has one, before anything is stored. What it throws goes to the caller, and
	 * nothing is enqueued.
	 * @param job the job
	 */
	default void beforeEnqueue(OutgoingJob job) {
	}

	/**
	 * Called around each call of the store, for what concerns all its jobs. A bulk is
	 * enqueued in chunks of {@value io.jobqueue.JobOperations#CHUNK_SIZE} jobs at most,
	 * each of which is a call. By default calls {@link #beforeEnqueue(OutgoingJob)} with
	 * each job and proceeds; whoever overrides this does what is to be done with the jobs
	 * here.
	 * <p>
	 * What it throws goes to the caller; once the enqueue has proceeded, only a
	 * transaction can take the jobs back. What the store throws, goes to the caller in
	 * any case.
	 * @param jobs the jobs, at least one
	 * @param enqueue goes on; has to be called once
	 */
	default void aroundEnqueue(List<OutgoingJob> jobs, Enqueue enqueue) {
		jobs.forEach(this::beforeEnqueue);
		enqueue.proceed();
	}

	/**
	 * Called around each attempt, on the thread that runs the handler, outside of its
	 * transaction: {@link Attempt#proceed()} reads the arguments, begins the transaction
	 * of a transactional handler, calls the handler, and commits or rolls back. Timeouts
	 * and cancellation interrupt this as they interrupt the handler.
	 * <p>
	 * What it throws ends the attempt as if the handler had thrown it, instructions such
	 * as {@link io.jobqueue.DiscardJobException} included; so does not to proceed. The
	 * exception is a transactional handler that has succeeded: it is committed together
	 * with the completion of its job, so what is thrown after that is only logged.
	 * @param job the job
	 * @param attempt goes on; has to be called once
	 * @throws Exception to end the attempt
	 */
	default void aroundAttempt(JobContext job, Attempt attempt) throws Exception {
		attempt.proceed();
	}

	/**
	 * The rest of an enqueue: the next interceptors, and the store.
	 */
	@FunctionalInterface
	interface Enqueue {

		/**
		 * Go on with the enqueue.
		 * @return the ids of the jobs, in their order
		 */
		List<JobId> proceed();

	}

	/**
	 * The rest of an attempt: the next interceptors, and the handler.
	 */
	@FunctionalInterface
	interface Attempt {

		/**
		 * Go on with the attempt. Returns normally whatever the handler does.
		 * @return how the attempt ended
		 */
		End proceed();

	}

	/**
	 * How an attempt ended on this node. The store learns it later, unless the handler is
	 * transactional, and may refuse it: listeners are told what it has recorded.
	 *
	 * @param type how it ended; never {@link JobEvent.Type#LEASE_LOST}
	 * @param failure what the handler or an interceptor threw, if that counts
	 */
	record End(JobEvent.Type type, @Nullable Throwable failure) {
	}

}
