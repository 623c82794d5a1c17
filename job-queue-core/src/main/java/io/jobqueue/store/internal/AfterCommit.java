package io.jobqueue.store.internal;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What is to be done once after the commit of a transaction, with all that its thread has
 * gathered for that until then; nothing if it is rolled back. Thread-safe: each
 * transaction gathers for itself.
 *
 * @param <T> what is gathered
 */
public final class AfterCommit<T> {

	private final Supplier<T> initial;

	private final Consumer<T> action;

	/**
	 * Create it, for one owner.
	 * @param initial supplies what the first of a transaction finds
	 * @param action what to do after the commit
	 */
	public AfterCommit(Supplier<T> initial, Consumer<T> action) {
		this.initial = initial;
		this.action = action;
	}

	/**
	 * Return whether the calling thread is in a transaction, of whatever kind.
	 * @return {@code true} if it will learn of the commit
	 */
	public static boolean isInTransaction() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Do something else after the commit of the calling thread's transaction.
	 * @param action what to do
	 */
	public static void run(Runnable action) {
		new AfterCommit<>(() -> action, Runnable::run).begin();
	}

	/**
	 * Return what the transaction of the calling thread has gathered, to add to it.
	 * @return the same for all calls in one transaction
	 */
	public T gathered() {
		for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
			if (other instanceof AfterCommit<?>.Pending pending && pending.owner() == this) {
				return mine(pending).value;
			}
		}
		return begin();
	}

	private T begin() {
		Pending pending = new Pending(this.initial.get());
		TransactionSynchronizationManager.registerSynchronization(pending);
		return pending.value;
	}

	@SuppressWarnings("unchecked")
	private Pending mine(AfterCommit<?>.Pending pending) {
		return (Pending) pending;
	}

	/**
	 * What one transaction has gathered.
	 */
	private final class Pending implements TransactionSynchronization {

		private final T value;

		private Pending(T value) {
			this.value = value;
		}

		private AfterCommit<T> owner() {
			return AfterCommit.this;
		}

		@Override
		public void afterCommit() {
			AfterCommit.this.action.accept(this.value);
		}

	}

}
