package io.jobqueue.annotation;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * A transaction manager without resources that counts. For one thread.
 */
@SuppressWarnings("serial")
class RecordingTransactionManager extends AbstractPlatformTransactionManager {

	int begun;

	int committed;

	int rolledBack;

	private boolean isActive;

	@Override
	protected Object doGetTransaction() {
		return new Object();
	}

	@Override
	protected boolean isExistingTransaction(Object transaction) {
		return this.isActive;
	}

	@Override
	protected void doBegin(Object transaction, TransactionDefinition definition) {
		this.begun++;
		this.isActive = true;
	}

	@Override
	protected void doCommit(DefaultTransactionStatus status) {
		this.committed++;
	}

	@Override
	protected void doRollback(DefaultTransactionStatus status) {
		this.rolledBack++;
	}

	@Override
	protected void doCleanupAfterCompletion(Object transaction) {
		this.isActive = false;
	}

}
