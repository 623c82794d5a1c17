package io.jobqueue.interceptor;

import java.util.List;
import java.util.function.Function;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;

/**
 * The way of jobs that are enqueued by other means than {@link io.jobqueue.JobTemplate},
 * past what is around enqueues.
 *
 * @since 0.1.0
 */
public interface EnqueuePath {

	/**
	 * Goes straight to the store.
	 */
	EnqueuePath STRAIGHT = new EnqueuePath() {

		@Override
		public boolean isIntercepted() {
			return false;
		}

		@Override
		public List<JobId> enqueue(List<NewJob> jobs, Function<List<NewJob>, List<JobId>> store) {
			return store.apply(jobs);
		}

	};

	/**
	 * Return whether there is anything on the way. It is told of enqueues that take
	 * place, so whoever goes this way must be certain of it.
	 * @return {@code false} if jobs go straight to the store
	 */
	boolean isIntercepted();

	/**
	 * Enqueue jobs.
	 * @param jobs the jobs, at least one
	 * @param store takes the same jobs, with the headers that were attached on the way,
	 * and returns their ids
	 * @return what the store has returned
	 */
	List<JobId> enqueue(List<NewJob> jobs, Function<List<NewJob>, List<JobId>> store);

}
