package io.jobqueue.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.jobqueue.InvalidJobHandlerException;

/**
 * Explains a start that failed because of a {@code @Job} method.
 */
class InvalidJobHandlerFailureAnalyzer extends AbstractFailureAnalyzer<InvalidJobHandlerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidJobHandlerException cause) {
		return new FailureAnalysis("The @Job method " + cause.getMethod() + " " + cause.getProblem() + ".",
				cause.getRemedy() + ".", cause);
	}

}
