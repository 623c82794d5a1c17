package io.jobqueue.annotation;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionDefinition;

/**
 * Decides which handlers are transactional on the store's own database, so that a worker
 * runs them in a transaction which the completion of the job joins.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JobTransactions {

	/**
	 * Return the transaction that a handler and its completion share. Called once per
	 * handler, after the beans of the application have been created.
	 * @param method the method
	 * @param targetClass the class of its bean
	 * @return the transaction, or {@code null} if the handler is not transactional on the
	 * store's database
	 */
	@Nullable TransactionDefinition transactionOf(Method method, Class<?> targetClass);

}
