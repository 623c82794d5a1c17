package io.jobqueue.store.postgres;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobQueueException;

/**
 * The tables in the database are missing, or were made by a release that this one cannot
 * work with.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class PostgresSchemaException extends JobQueueException {

	private final String problem;

	private final String remedy;

	PostgresSchemaException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem + ". " + remedy, cause);
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence without full stop
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return an imperative sentence without full stop
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
