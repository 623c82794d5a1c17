package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;

/**
 * What the contract suite needs to know about a store in order to test it. One is made
 * for each test.
 *
 * @since 0.1.0
 */
public interface JobStoreFixture extends AutoCloseable {

	/**
	 * Create a store without jobs, nodes, and paused queues. If there was one before, it
	 * is not used any more.
	 * @param retention how long it keeps finished jobs
	 * @return the store, ready to be used
	 */
	JobStore createStore(Retention retention);

	/**
	 * Create another instance of the store that works on the same data, as another
	 * process would.
	 * @return the instance, or empty if the data cannot be shared
	 */
	default Optional<JobStore> secondInstance() {
		return Optional.empty();
	}

	/**
	 * Return the time by the store's clock.
	 * @return the time
	 */
	Instant now();

	/**
	 * Let time pass for the store: what is due in, or lasts, at most this long is due, or
	 * over, afterwards. Either the store's clock is moved forwards, or all times that the
	 * store has recorded are moved backwards.
	 * @param duration how much time
	 */
	void advance(Duration duration);

	/**
	 * Remove the registration of a node behind the store's back, but not its leases.
	 * @param node the node
	 * @return {@code false} if leases without a registration cannot exist in this store;
	 * then nothing was done
	 */
	default boolean forgetNode(long node) {
		return false;
	}

	/**
	 * Close what was created.
	 */
	@Override
	void close();

}
