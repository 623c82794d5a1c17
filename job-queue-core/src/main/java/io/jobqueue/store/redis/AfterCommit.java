package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What is to be sent after the commit of the calling thread's transaction, and not at all
 * if it is rolled back. One that fails does not keep the others from being sent.
 */
final class AfterCommit implements TransactionSynchronization {

	private final Object owner;

	private final List<Runnable> actions = new ArrayList<>();

	private AfterCommit(Object owner) {
		this.owner = owner;
	}

	static boolean isInTransaction() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Run an action after the commit.
	 * @param owner whose action it is; actions of one owner run in order
	 * @param action what to do
	 */
	static void run(Object owner, Runnable action) {
		for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
			if (other instanceof AfterCommit pending && pending.owner == owner) {
				pending.actions.add(action);
				return;
			}
		}
		AfterCommit pending = new AfterCommit(owner);
		pending.actions.add(action);
		TransactionSynchronizationManager.registerSynchronization(pending);
	}

	@Override
	public void afterCommit() {
		List<RuntimeException> failures = new ArrayList<>();
		Consumer<Runnable> runner = (action) -> {
			try {
				action.run();
			}
			catch (RuntimeException ex) {
				failures.add(ex);
			}
		};
		this.actions.forEach(runner);
		if (!failures.isEmpty()) {
			RuntimeException first = failures.get(0);
			failures.subList(1, failures.size()).forEach(first::addSuppressed);
			throw first;
		}
	}

}
