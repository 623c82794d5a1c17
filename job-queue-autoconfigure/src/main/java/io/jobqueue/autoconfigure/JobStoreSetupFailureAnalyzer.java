package io.jobqueue.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because no store could be chosen or set up.
 */
class JobStoreSetupFailureAnalyzer extends AbstractFailureAnalyzer<JobStoreSetupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, JobStoreSetupException cause) {
		return new FailureAnalysis(cause.getProblem() + ".", cause.getRemedy() + ".", cause);
	}

}
