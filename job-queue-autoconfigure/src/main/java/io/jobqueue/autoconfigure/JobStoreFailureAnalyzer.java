package io.jobqueue.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

import io.jobqueue.JobStoreException;

/**
 * Explains a start that failed because the store did not answer.
 */
class JobStoreFailureAnalyzer extends AbstractFailureAnalyzer<JobStoreException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, JobStoreException cause) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(cause);
		return new FailureAnalysis(
				"The job store did not answer: " + cause.getMessage()
						+ ((root != cause) ? " (" + root.getMessage() + ")" : "") + ".",
				"Check that the database or server that keeps the jobs is running, and that the application reaches it by"
						+ " the URL and with the credentials of its configuration.",
				cause);
	}

}
