package io.jobqueue.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.jobqueue.store.postgres.PostgresSchemaException;

/**
 * Explains a start that failed because the tables in PostgreSQL do not fit.
 */
class PostgresSchemaFailureAnalyzer extends AbstractFailureAnalyzer<PostgresSchemaException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PostgresSchemaException cause) {
		return new FailureAnalysis(cause.getProblem() + ".", cause.getRemedy() + ".", cause);
	}

}
