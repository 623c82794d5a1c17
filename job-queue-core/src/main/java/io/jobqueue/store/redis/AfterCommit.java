package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.store.redis.EnqueueCall.Reserved;

/**
 * The jobs that are to be sent after the commit of the calling thread's transaction, all
 * together, and not at all if it is rolled back.
 */
final class AfterCommit implements TransactionSynchronization {

	private final Object owner;

	private final Consumer<List<Reserved>> sender;

	private final List<Reserved> jobs = new ArrayList<>();

	private AfterCommit(Object owner, Consumer<List<Reserved>> sender) {
		this.owner = owner;
		this.sender = sender;
	}

	static boolean isInTransaction() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Send jobs after the commit.
	 * @param owner whose jobs they are
	 * @param jobs the jobs
	 * @param sender sends all jobs of the owner
	 */
	static void send(Object owner, Reserved jobs, Consumer<List<Reserved>> sender) {
		for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
			if (other instanceof AfterCommit pending && pending.owner == owner) {
				pending.jobs.add(jobs);
				return;
			}
		}
		AfterCommit pending = new AfterCommit(owner, sender);
		pending.jobs.add(jobs);
		TransactionSynchronizationManager.registerSynchronization(pending);
	}

	@Override
	public void afterCommit() {
		this.sender.accept(this.jobs);
	}

}
