package io.jobqueue.workflow;

/**
 * When a job is enqueued that a batch calls back.
 */
enum Callback {

	ON_SUCCESS, ON_FAILURE, ON_FINISHED;

	boolean isCalled(boolean hasSucceeded) {
		return switch (this) {
			case ON_SUCCESS -> hasSucceeded;
			case ON_FAILURE -> !hasSucceeded;
			case ON_FINISHED -> true;
		};
	}

}
