package io.jobqueue.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobQueueException;

/**
 * The store cannot be set up with what the application has. Thrown at start only.
 */
@SuppressWarnings("serial")
final class JobStoreSetupException extends JobQueueException {

	private final String problem;

	private final String remedy;

	/**
	 * Create an exception.
	 * @param problem what is wrong, as a sentence without full stop
	 * @param remedy what to do, as text without full stop
	 */
	JobStoreSetupException(String problem, String remedy) {
		this(problem, remedy, null);
	}

	JobStoreSetupException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem + ". " + remedy, cause);
		this.problem = problem;
		this.remedy = remedy;
	}

	String getProblem() {
		return this.problem;
	}

	String getRemedy() {
		return this.remedy;
	}

}
