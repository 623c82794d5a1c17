package io.jobqueue.worker;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.store.TransactionalSettlement;
import io.jobqueue.worker.JobProcessor.Attempt;

/**
 * Runs an attempt in a transaction that also records its success. Whatever does not
 * succeed is rolled back, and reported like that of any other handler.
 */
final class TransactionalAttempt {

	private final TransactionalSettlement store;

	TransactionalAttempt(TransactionalSettlement store) {
		this.store = store;
	}

	Attempt run(TransactionDefinition definition, Work work) throws Throwable {
		TransactionTemplate template = new TransactionTemplate(this.store.transactionManager(), definition);
		Result result = new Result();
		try {
			template.executeWithoutResult((status) -> run(work, status, result));
		}
		catch (Throwable ex) {
			// What the handler threw explains more than what the rollback did.
			throw (result.failure != null) ? result.failure : ex;
		}
		if (result.failure != null) {
			throw result.failure;
		}
		return result.attempt();
	}

	private void run(Work work, TransactionStatus status, Result result) {
		try {
			Attempt attempt = work.run();
			this.store.settle(attempt.outcome());
			result.attempt = new Attempt(attempt.outcome(), null, true);
		}
		catch (Throwable ex) {
			result.failure = ex;
			status.setRollbackOnly();
		}
	}

	/**
	 * The attempt itself; unlike a {@code Callable} it may throw anything.
	 */
	@FunctionalInterface
	interface Work {

		Attempt run() throws Throwable;

	}

	/**
	 * What came out of the transaction.
	 */
	private static final class Result {

		private @Nullable Attempt attempt;

		private @Nullable Throwable failure;

		Attempt attempt() {
			if (this.attempt == null) {
				throw new IllegalStateException("The transaction did not call its work");
			}
			return this.attempt;
		}

	}

}
