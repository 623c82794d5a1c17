package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.worker.EphemeralRun.Arrival;

/**
 * The ephemeral jobs that begin after the commit of the calling thread's transaction, and
 * never if it, or the savepoint after which they were enqueued, is rolled back. They have
 * their room already, so nothing can go wrong when the transaction is over.
 */
final class EphemeralCommit implements TransactionSynchronization {

	private final EphemeralWorker worker;

	private final List<Arrival> arrivals = new ArrayList<>();

	private final Map<Object, Integer> savepoints = new IdentityHashMap<>();

	private EphemeralCommit(EphemeralWorker worker) {
		this.worker = worker;
	}

	/**
	 * Let jobs begin after the commit.
	 */
	static void await(EphemeralWorker worker, List<Arrival> arrivals) {
		for (TransactionSynchronization other : TransactionSynchronizationManager.getSynchronizations()) {
			if (other instanceof EphemeralCommit pending && pending.worker == worker) {
				pending.arrivals.addAll(arrivals);
				return;
			}
		}
		EphemeralCommit pending = new EphemeralCommit(worker);
		pending.arrivals.addAll(arrivals);
		TransactionSynchronizationManager.registerSynchronization(pending);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.arrivals.size());
	}

	// A savepoint that is not known here is older than the first of these jobs.
	@Override
	public void savepointRollback(Object savepoint) {
		List<Arrival> undone = this.arrivals.subList(this.savepoints.getOrDefault(savepoint, 0), this.arrivals.size());
		this.worker.forget(undone.size());
		undone.clear();
	}

	// Not afterCommit(), which is not called if that of another synchronization throws.
	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			this.worker.begin(this.arrivals);
		}
		else {
			this.worker.forget(this.arrivals.size());
		}
	}

}
