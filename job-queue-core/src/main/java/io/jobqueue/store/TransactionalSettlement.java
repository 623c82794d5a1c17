package io.jobqueue.store;

import org.springframework.transaction.PlatformTransactionManager;

import io.jobqueue.JobLeaseLostException;

/**
 * The ability of a store to record a success in the transaction of its handler, so that
 * the handler's writes and the completion are committed together or not at all.
 *
 * @since 0.1.0
 */
public interface TransactionalSettlement {

	/**
	 * Return the transaction manager whose transactions this store can join.
	 * @return the transaction manager
	 */
	PlatformTransactionManager transactionManager();

	/**
	 * Record a success in the transaction of the calling thread. Takes no lock that
	 * others wait for.
	 * @param outcome the success
	 * @throws JobLeaseLostException if the job no longer belongs to the one who claimed
	 * it: the transaction must be rolled back
	 */
	void settle(Outcome outcome);

}
