package io.jobqueue.store.internal;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What is to be done once after the commit of a transaction, with all that its thread has
 * gathered for that until then; nothing with what is rolled back, be it all or what came
 * after a savepoint. It is done before what others do after the commit, so that nothing
 * they do can prevent it. What is gathered while they are at it is done as well, but then
 * its failures do not reach the caller. Thread-safe: each transaction gathers for itself.
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
			if (other instanceof AfterCommit<?>.Pending pending && pending.owner() == this && pending.isOpen()) {
				return mine(pending).value;
			}
		}
		return begin();
	}

	private T begin() {
		Pending pending = new Pending(this.initial.get());
		TransactionSynchronizationManager.registerSynchronization(pending);
		TransactionSynchronizationManager.registerSynchronization(pending.report());
		return pending.value;
	}

	@SuppressWarnings("unchecked")
	private Pending mine(AfterCommit<?>.Pending pending) {
		return (Pending) pending;
	}

	/**
	 * What one transaction has gathered. Spring skips {@link #afterCommit()} if that of
	 * another synchronization throws, and if this was registered while others were at
	 * theirs; it never skips {@link #afterCompletion}, but hides from the caller what
	 * that throws.
	 */
	private final class Pending implements TransactionSynchronization {

		private final T value;

		private boolean isDone;

		// Those that came after what is in the value.
		private final Set<Object> savepoints = Collections.newSetFromMap(new IdentityHashMap<>());

		private @Nullable RuntimeException failure;

		private Pending(T value) {
			this.value = value;
		}

		private AfterCommit<T> owner() {
			return AfterCommit.this;
		}

		// What comes after a savepoint can be rolled back without this, so it is gathered
		// by another one.
		private boolean isOpen() {
			return !this.isDone && this.savepoints.isEmpty();
		}

		@Override
		public void savepoint(Object savepoint) {
			this.savepoints.add(savepoint);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			if (!this.savepoints.contains(savepoint)) {
				this.isDone = true;
			}
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

		@Override
		public void afterCommit() {
			try {
				afterCompletion(STATUS_COMMITTED);
			}
			catch (RuntimeException ex) {
				this.failure = ex;
			}
		}

		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED && !this.isDone) {
				// Whatever becomes of it, it is not done again.
				this.isDone = true;
				AfterCommit.this.action.accept(this.value);
			}
		}

		/**
		 * Return what tells the caller of a failure, when the others are done: it comes
		 * in the order of registration, as they do.
		 */
		private TransactionSynchronization report() {
			return new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					RuntimeException thrown = Pending.this.failure;
					if (thrown != null) {
						throw thrown;
					}
				}

			};
		}

	}

}
